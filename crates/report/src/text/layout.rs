//! Lines of a given number of columns.

use super::Style;
use crate::wrap::wrap;

/// Text being set, line by line.
pub struct Paper {
    width: usize,
    style: Style,
    text: String,
}

impl Paper {
    /// Empty paper of so many columns.
    pub fn new(width: usize, style: Style) -> Self {
        Self {
            width,
            style,
            text: String::new(),
        }
    }

    /// The text.
    pub fn finish(self) -> String {
        self.text
    }

    /// An empty line.
    pub fn blank(&mut self) {
        self.text.push('\n');
    }

    /// A heading after an empty line.
    pub fn heading(&mut self, words: &str) {
        self.blank();
        for line in wrap(words, self.width as f64, columns) {
            self.line(&line, true);
        }
    }

    /// A paragraph from the left edge.
    pub fn paragraph(&mut self, words: &str) {
        self.hanging("", 0, words, false);
    }

    /// A paragraph set in.
    pub fn indented(&mut self, words: &str) {
        self.hanging("  ", 2, words, false);
    }

    /// An entry of a list.
    pub fn item(&mut self, words: &str) {
        self.hanging("  - ", 4, words, false);
    }

    /// A bold line that begins with `label`; further lines stand under its words.
    pub fn strong_hanging(&mut self, label: &str, words: &str) {
        self.hanging(label, label.chars().count(), words, true);
    }

    /// Words from column `margin`, with a label before the first line. A long label gets its own line.
    pub fn labelled(&mut self, label: &str, margin: usize, words: &str) {
        if columns(label) as usize + 1 > margin && !words.is_empty() {
            self.line(label, false);
            self.hanging("", margin, words, false);
        } else {
            self.hanging(label, margin, words, false);
        }
    }

    /// A line exactly as it is, however long: a command must survive being copied.
    pub fn verbatim(&mut self, words: &str) {
        self.line(words, false);
    }

    /// Rows whose first row is the heading. The first column is set left, the others right. A table too wide
    /// for the paper becomes one block a row.
    pub fn table(&mut self, rows: &[Vec<String>]) {
        let Some(heading) = rows.first() else { return };
        let widths: Vec<usize> = (0..heading.len())
            .map(|column| widest(rows.iter().filter_map(|row| row.get(column)).map(String::as_str)))
            .collect();
        let total: usize = 2 + widths.iter().sum::<usize>() + 3 * widths.len().saturating_sub(1);
        if total > self.width {
            for row in &rows[1..] {
                self.line(&format!("  {}", row[0]), false);
                for (name, cell) in heading.iter().zip(row).skip(1) {
                    self.labelled(&format!("    {name}"), 17, cell);
                }
            }
            return;
        }
        for row in rows {
            let cells: Vec<String> = row
                .iter()
                .zip(&widths)
                .enumerate()
                .map(|(column, (cell, width))| {
                    let padding = " ".repeat(width.saturating_sub(columns(cell) as usize));
                    if column == 0 {
                        format!("{cell}{padding}")
                    } else {
                        format!("{padding}{cell}")
                    }
                })
                .collect();
            self.line(format!("  {}", cells.join("   ")).trim_end(), false);
        }
    }

    fn hanging(&mut self, label: &str, margin: usize, words: &str, strong: bool) {
        let room = self.width.saturating_sub(margin).max(8) as f64;
        let mut lines = wrap(words, room, columns).into_iter();
        let gap = " ".repeat(margin.saturating_sub(columns(label) as usize));
        let first = format!("{label}{gap}{}", lines.next().unwrap_or_default());
        self.line(first.trim_end(), strong);
        for line in lines {
            self.line(&format!("{}{line}", " ".repeat(margin)), strong);
        }
    }

    fn line(&mut self, words: &str, strong: bool) {
        if strong && self.style == Style::Ansi {
            self.text += &format!("\u{1b}[1m{words}\u{1b}[0m\n");
        } else {
            self.text += words;
            self.text.push('\n');
        }
    }
}

/// The columns of the widest text.
pub fn widest<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(|text| columns(text) as usize).max().unwrap_or(0)
}

/// The terminal columns of a text: two for the wide letters of East Asia, none for combining marks.
fn columns(text: &str) -> f64 {
    text.chars()
        .map(|letter| match letter {
            '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' => 0.0,
            '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' => 2.0,
            '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' => 2.0,
            _ => 1.0,
        })
        .sum()
}
