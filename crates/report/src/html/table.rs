//! Tables that read in order on paper, on a phone and aloud.
//!
//! On a narrow screen each row becomes a block with its column names. Changing the layout of a table makes
//! some browsers forget that it is one, so the roles are written out.

use maud::{Markup, html};

/// A table whose first column names the row. Cells are markup; headings are text.
pub fn table(caption: &str, columns: &[&str], rows: &[Vec<Markup>]) -> Markup {
    html! {
        table role="table" {
            caption { (caption) }
            thead role="rowgroup" {
                tr role="row" { @for column in columns { th role="columnheader" scope="col" { (column) } } }
            }
            tbody role="rowgroup" {
                @for row in rows {
                    tr role="row" {
                        @for (place, cell) in row.iter().enumerate() {
                            @if place == 0 {
                                th role="rowheader" scope="row" { (cell) }
                            } @else {
                                td role="cell" class=[cell.0.is_empty().then_some("blank")] data-column=(columns.get(place).copied().unwrap_or("")) {
                                    div { (cell) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A cell of text; an empty one says so.
pub fn cell(text: &str) -> Markup {
    html! { @if text.is_empty() { span class="none" { "not given" } } @else { (text) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_heading_has_its_scope_and_every_cell_its_column() {
        let rows = vec![vec![cell("Row"), cell("1"), cell("")]];
        let drawn = table("Numbers", &["What", "One", "Two"], &rows).0;
        assert_eq!(drawn.matches("scope=\"col\"").count(), 3);
        assert_eq!(drawn.matches("scope=\"row\"").count(), 1);
        assert!(drawn.contains("<caption>Numbers</caption>"));
        assert!(drawn.contains("data-column=\"Two\"><div><span class=\"none\">not given"));
    }
}
