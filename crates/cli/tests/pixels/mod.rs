//! Looking at a screenshot: its ground, its ink, its lines of text.

use std::collections::BTreeMap;

/// A colour as red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Colour(pub [u8; 3]);

impl Colour {
    /// Whether it is nearer to white than to black.
    pub fn is_light(self) -> bool {
        self.0.iter().map(|part| u32::from(*part)).sum::<u32>() > 3 * 127
    }

    fn distance(self, other: Self) -> u32 {
        self.0
            .iter()
            .zip(other.0)
            .map(|(one, two)| u32::from(one.abs_diff(two)))
            .sum()
    }
}

/// A decoded picture or a part of one.
#[derive(Debug, Clone)]
pub struct Picture {
    pub width: usize,
    pub height: usize,
    pixels: Vec<Colour>,
}

/// A rectangle in pixels.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub left: usize,
    pub top: usize,
    pub width: usize,
    pub height: usize,
}

impl Picture {
    /// Decodes a PNG of eight bits a channel, as browsers write.
    pub fn read(file: &[u8]) -> Self {
        let mut reader = png::Decoder::new(std::io::Cursor::new(file))
            .read_info()
            .expect("it is a PNG");
        let mut bytes = vec![0; reader.output_buffer_size().expect("it fits in memory")];
        let frame = reader.next_frame(&mut bytes).expect("it has a picture");
        let channels = frame.color_type.samples();
        let pixels = bytes[..frame.buffer_size()]
            .chunks(channels)
            .map(|p| Colour([p[0], p[1], p[2]]))
            .collect();
        Self {
            width: frame.width as usize,
            height: frame.height as usize,
            pixels,
        }
    }

    /// The part inside a rectangle.
    pub fn part(&self, place: Place) -> Self {
        let right = (place.left + place.width).min(self.width);
        let bottom = (place.top + place.height).min(self.height);
        assert!(
            place.left < right && place.top < bottom,
            "{place:?} is outside the picture"
        );
        let pixels: Vec<Colour> = (place.top..bottom)
            .flat_map(|y| self.row(y)[place.left..right].to_vec())
            .collect();
        Self {
            width: right - place.left,
            height: bottom - place.top,
            pixels,
        }
    }

    fn row(&self, y: usize) -> &[Colour] {
        &self.pixels[y * self.width..(y + 1) * self.width]
    }

    /// The commonest colour.
    pub fn paper(&self) -> Colour {
        let counted = self.counted();
        *counted
            .iter()
            .max_by_key(|(colour, count)| (**count, **colour))
            .expect("a picture has pixels")
            .0
    }

    /// How many different colours it has.
    pub fn colours(&self) -> usize {
        self.counted().len()
    }

    fn counted(&self) -> BTreeMap<Colour, usize> {
        let mut counted = BTreeMap::new();
        for pixel in &self.pixels {
            *counted.entry(*pixel).or_insert(0) += 1;
        }
        counted
    }

    /// The share of pixels that clearly differ from the paper.
    pub fn share_of_ink(&self) -> f64 {
        let paper = self.paper();
        let ink = self
            .pixels
            .iter()
            .filter(|pixel| pixel.distance(paper) > 200)
            .count();
        ink as f64 / self.pixels.len() as f64
    }

    /// Bands of rows with ink between bands of rows without, leaving out the borders at the sides.
    pub fn lines_of_text(&self) -> usize {
        let paper = self.paper();
        let side = (self.width / 40).max(1);
        let inked: Vec<bool> = (0..self.height)
            .map(|y| {
                self.row(y)[side..self.width - side]
                    .iter()
                    .any(|pixel| pixel.distance(paper) > 200)
            })
            .collect();
        inked.windows(2).filter(|pair| !pair[0] && pair[1]).count()
    }
}
