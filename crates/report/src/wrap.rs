//! Breaking text into lines, by whatever measure of width the caller has.

/// Breaks `text` at spaces into lines whose measure is at most `width`. A word that alone is too wide is broken
/// inside, so the promise holds for every line of more than one letter. An empty text gives no line.
pub fn wrap(text: &str, width: f64, measure: impl Fn(&str) -> f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let joined = if line.is_empty() {
            word.to_string()
        } else {
            format!("{line} {word}")
        };
        if measure(&joined) <= width {
            line = joined;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        let mut pieces = broken(word, width, &measure);
        line = pieces.pop().unwrap_or_default();
        lines.append(&mut pieces);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// A word in pieces that fit; a hyphen is added where letters are parted.
fn broken(word: &str, width: f64, measure: &impl Fn(&str) -> f64) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut piece = String::new();
    let letters: Vec<char> = word.chars().collect();
    for (place, letter) in letters.iter().enumerate() {
        let last = place + 1 == letters.len();
        let hyphen = if last { "" } else { "-" };
        if !piece.is_empty() && measure(&format!("{piece}{letter}{hyphen}")) > width {
            let parted_letters = piece.ends_with(char::is_alphabetic) && letter.is_alphabetic();
            if parted_letters {
                piece.push('-');
            }
            pieces.push(std::mem::take(&mut piece));
        }
        piece.push(*letter);
    }
    pieces.push(piece);
    pieces
}

#[cfg(test)]
mod tests {
    use super::wrap;

    fn columns(text: &str) -> f64 {
        text.chars().count() as f64
    }

    #[test]
    fn breaks_at_spaces_and_inside_words_only_when_it_must() {
        for (text, width, expected) in [
            ("", 10.0, vec![]),
            ("one two three", 7.0, vec!["one two", "three"]),
            ("one  two", 20.0, vec!["one two"]),
            (
                "denuclearisation now",
                8.0,
                vec!["denucle-", "arisati-", "on now"],
            ),
            ("a", 0.0, vec!["a"]),
        ] {
            assert_eq!(wrap(text, width, columns), expected, "{text:?} at {width}");
        }
    }
}
