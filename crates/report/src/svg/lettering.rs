//! How wide text will be, before anybody draws it.
//!
//! The reader's own fonts draw the text, so widths are estimated from DejaVu Sans, one of the widest common
//! faces. A narrower font leaves air; no font in use makes lines collide.

use crate::wrap::wrap;

/// Advance widths of DejaVu Sans from space to tilde, in hundredths of the font size.
const WIDTHS: [u8; 95] = [
    32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    34, 34, 84, 84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 77, 75, 29, 29, 66, 56, 86, 75, 79, 60, 79, 69, 63,
    61, 73, 68, 99, 69, 61, 69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35, 63, 63, 28, 28, 58, 28, 97,
    63, 61, 63, 63, 41, 52, 39, 63, 59, 82, 59, 59, 52, 64, 34, 64, 84,
];

/// A size and weight of type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Face {
    /// Font size in drawing units.
    pub size: f64,
    /// Bold type is about an eighth wider.
    pub bold: bool,
}

impl Face {
    /// Text of a drawing.
    pub const BODY: Self = Self {
        size: 13.0,
        bold: false,
    };
    /// Labels.
    pub const STRONG: Self = Self {
        size: 13.0,
        bold: true,
    };
    /// Small notes.
    pub const NOTE: Self = Self {
        size: 11.5,
        bold: false,
    };
    /// Names.
    pub const NAME: Self = Self {
        size: 14.0,
        bold: true,
    };

    /// The distance between two lines.
    pub fn line(self) -> f64 {
        (self.size * 1.32).round()
    }

    /// The estimated width of a text.
    pub fn width(self, text: &str) -> f64 {
        let hundredths: f64 = text.chars().map(hundredths).sum();
        hundredths / 100.0 * self.size * if self.bold { 1.13 } else { 1.0 }
    }

    /// The text in lines no wider than `width`; words wider than that are broken.
    pub fn lines(self, text: &str, width: f64) -> Vec<String> {
        wrap(text, width, |piece| self.width(piece))
    }
}

fn hundredths(letter: char) -> f64 {
    match letter {
        ' '..='~' => f64::from(WIDTHS[letter as usize - 32]),
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' => 0.0,
        '\u{a0}'..='\u{2ff}' => 70.0,
        _ => 100.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_never_exceeds_the_width_it_was_wrapped_to() {
        for (text, width) in [
            ("Suspends major exercises with South Korea", 90.0),
            ("Donaudampfschifffahrtsgesellschaft", 60.0),
            ("朝鮮半島の非核化", 40.0),
            ("WWWW WWWW", 55.0),
        ] {
            for line in Face::BODY.lines(text, width) {
                assert!(Face::BODY.width(&line) <= width, "{line:?} is wider than {width}");
            }
        }
    }

    #[test]
    fn bold_is_wider() {
        assert!(
            Face {
                size: 13.0,
                bold: true
            }
            .width("North Korea")
                > Face::BODY.width("North Korea")
        );
    }
}
