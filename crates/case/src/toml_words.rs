//! What is wrong with a statement that is no TOML, in the analyst's words.

use super::reader::shorten;
use super::statements::{Statement, Unclosed};
use detente_reading::diagnostic::Span;

/// A complaint in words.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) message: String,
    pub(super) label: &'static str,
    pub(super) hint: String,
}

/// Added to the hint when nothing in the file belongs to a case.
pub(super) const NO_CASE: &str =
    "; nothing in this file looks like a case: `detente new NAME` writes one to start from";

const LINE: &str = "a line reads name = value, [section] or [[section]]; a comment starts with #";
const NUMBER: &str = "write a decimal such as 0.35, or a fraction in quotes such as \"2/3\"";
const QUOTED: &str = "texts stand between double quotes on one line; write \\\" for a quote inside";

fn words(message: impl Into<String>, label: &'static str, hint: impl Into<String>) -> Words {
    Words {
        message: message.into(),
        label,
        hint: hint.into(),
    }
}

/// Whether every other byte or so is NUL, as in text saved as UTF-16, or in no text at all.
pub(super) fn is_not_text(text: &str) -> bool {
    4 * text.bytes().filter(|byte| *byte == 0).count() > text.len()
}

/// The complaint about a file that is no text.
pub(super) fn not_text() -> Words {
    words(
        "this file is full of NUL bytes",
        "the first NUL byte",
        "it is not plain text, or it was saved as UTF-16; save it as UTF-8",
    )
}

/// The complaint about a bracket or quote that is never closed.
pub(super) fn unclosed(what: Unclosed) -> Words {
    match what {
        Unclosed::List => words(
            "this list is never closed",
            "opened here",
            "close it with `]` before the next field or section",
        ),
        Unclosed::Table => words(
            "this table in braces is never closed",
            "opened here",
            "close it with `}` before the next section",
        ),
        Unclosed::Text => words(
            "this text in three quotes is never closed",
            "opened here",
            "close it with three quotes of the same kind",
        ),
    }
}

/// The complaint about a section that stands twice, or stands once as one and once as one of a list.
pub(super) fn section_twice(name: &str, mixed: bool) -> Words {
    let name = shorten(name);
    if mixed {
        return words(
            format!("`{name}` is written both as [{name}] and as [[{name}]]"),
            "the first of them",
            "write it the same way each time; values, costs, endings and chances take two brackets",
        );
    }
    words(
        format!("the section `{name}` is written twice"),
        "written before",
        "each section stands once: give this one its own name, or move its lines into the first",
    )
}

/// The complaint about a field that stands twice in its section.
pub(super) fn field_twice(name: &str) -> Words {
    words(
        format!("`{}` is written twice in its section", shorten(name)),
        "written before",
        "keep one of the two lines, or rename this one",
    )
}

/// What the parser's message means for this statement.
pub(super) fn explain(message: &str, text: &str, span: &Span, statement: &Statement) -> Words {
    let says = |parts: &[&str]| parts.iter().any(|part| message.contains(part));
    let found = text.get(span.clone()).unwrap_or("");
    let after = text
        .get(span.start..statement.span.end.max(span.start))
        .unwrap_or("");
    let next = after.chars().next();
    if next.is_some_and(|c| c.is_control() && !matches!(c, '\t' | '\r' | '\n')) {
        return control_character(next);
    }
    if says(&["recurs"]) {
        return words(
            "this is nested too deep to be read",
            "too deep from here on",
            "a case never nests more than a few lists and tables",
        );
    }
    if says(&["carriage return"]) {
        return words(
            "a line ends in a lone carriage return",
            "stands here",
            "save the file with the line ends of Unix or Windows",
        );
    }
    if statement.is_header() {
        return words(
            "the head of this section cannot be read",
            "cannot be read",
            "write [section] or [[section]] alone on a line, such as [parties.us] or [[values]]",
        );
    }
    if says(&["key with no value", "invalid key-value", "missing assignment"]) {
        return no_value(text, statement);
    }
    if says(&["cannot extend value"]) {
        return words(
            format!(
                "`{}` holds a value already and cannot hold fields",
                shorten(found)
            ),
            "not a section",
            "give the field another name, without a point in it",
        );
    }
    if says(&["keys cannot be empty"]) {
        return words("no name stands before `=`", "a name is missing here", LINE);
    }
    if says(&["key"]) && says(&["unquoted key", "keys cannot"]) {
        return words(
            "this name cannot be read",
            "not a sign for a name",
            "names have letters a to z, digits, `_` and `-`; any other name stands in double quotes",
        );
    }
    in_a_value(message, text, span, found, after)
}

fn control_character(found: Option<char>) -> Words {
    match found {
        Some('\0') => words(
            "there is a NUL byte in this line",
            "a NUL byte",
            "this is not plain text, or it was saved as UTF-16; save it as UTF-8",
        ),
        _ => words(
            "there is a control character in this line",
            "a control character",
            "take it out; it cannot be seen in most editors, so write the line again",
        ),
    }
}

fn no_value(text: &str, statement: &Statement) -> Words {
    let line = text.get(statement.span.clone()).unwrap_or("");
    let name = line.split('=').next().unwrap_or("").trim();
    if line.contains('=') && name.contains(char::is_whitespace) {
        return words(
            "the name of a field has no blanks in it",
            "a second word",
            "join the words with `_`",
        );
    }
    words("this line has no `=`", "`=` is missing here", LINE)
}

fn in_a_value(message: &str, text: &str, span: &Span, found: &str, after: &str) -> Words {
    let says = |parts: &[&str]| parts.iter().any(|part| message.contains(part));
    let curved = |text: &str| text.contains(['“', '”', '„', '‘', '’', '«', '»']);
    if says(&["must be quoted"]) {
        return if found.trim().is_empty() {
            words(
                "no value stands after `=`",
                "a value is missing here",
                "write the value, or leave the line out",
            )
        } else if curved(found) {
            words(
                "a text must stand in straight quotes",
                "a curved quote",
                "write \" before and after the text",
            )
        } else if found.starts_with(|c: char| c.is_ascii_digit()) {
            words("this is not a number", "not read as a number", NUMBER)
        } else {
            words("a text must stand in quotes", "no quotes here", QUOTED)
        };
    }
    if says(&["escape", "unicode"]) {
        return words(
            "a backslash stands before a sign that it does not go with",
            "not an escape",
            "write \\\\ for a backslash, or put the text in single quotes: 'C:\\cases'",
        );
    }
    if says(&["string", "quote"]) {
        return words("this text is never closed", "the quote is missing here", QUOTED);
    }
    if says(&[
        "float", "integer", "number", "mantissa", "fraction", "exponent", "radix", "zero", "sign", "digits",
    ]) {
        return words("this is not a number", "not read as a number", NUMBER);
    }
    if says(&["missing comma"]) {
        return words(
            "a comma is missing between two values",
            "a comma is missing before this",
            "lists read [\"a\", \"b\"] and tables in braces { a = 1, b = 2 }",
        );
    }
    if says(&["extra comma", "extra `=`", "extra assignment", "unexpected `=`"]) {
        return words(
            "unexpected character",
            "not expected here",
            "lists read [\"a\", \"b\"] and tables in braces { a = 1, b = 2 }",
        );
    }
    if says(&["unexpected key or value", "unexpected content"]) {
        let before = text
            .get(..span.start)
            .and_then(|before| before.chars().next_back());
        let decimal_comma = after.starts_with(',') && before.is_some_and(|c| c.is_ascii_digit());
        return words(
            "unexpected text after the value",
            "the value ends before this",
            if decimal_comma {
                "write a decimal with a point, such as 0.9"
            } else {
                "each line holds one field; a comment starts with #"
            },
        );
    }
    words(
        "this value cannot be read",
        "cannot be read from here on",
        "texts stand in double quotes, numbers, true and false without; lists in [ ], tables in { }",
    )
}
