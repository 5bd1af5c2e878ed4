//! Reads a TOML document into typed sections, keeping the place of every value and the text of every number.
//!
//! A section is declared once with [`section!`]: that one declaration gives the Rust type, its JSON Schema
//! and its reader, so the three cannot drift apart. A value that cannot be read is reported and left out;
//! reading goes on, so that all errors come at once.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Diagnostics, Span, did_you_mean};

/// A value and the place where it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Its place in the text.
    pub span: Span,
}

/// Text with its place.
pub type Text = Located<String>;

impl Text {
    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.value
    }
}

impl<T: JsonSchema> JsonSchema for Located<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// A TOML value together with its place.
pub type Value<'i> = Spanned<DeValue<'i>>;

/// Something that can be read from a TOML value.
pub trait Read: Sized {
    /// Reads the value, or reports why it cannot be read.
    fn read(value: &Value<'_>, diagnostics: &mut Diagnostics) -> Option<Self>;

    /// What stands in when the field is missing; `None` makes the field required.
    fn absent() -> Option<Self> {
        None
    }
}

/// What kind of thing a TOML value is, in the analyst's words.
#[must_use]
pub fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Reports that something else was expected here.
pub fn expected(what: &str, value: &Value<'_>, diagnostics: &mut Diagnostics) {
    let found = kind(value.get_ref());
    diagnostics.report(
        "wrong-kind",
        value.span(),
        format!("expected {what}, found {found}"),
        format!("this is {found}"),
        None,
    );
}

impl Read for Text {
    fn read(value: &Value<'_>, diagnostics: &mut Diagnostics) -> Option<Self> {
        match value.get_ref() {
            DeValue::String(text) => Some(Located {
                value: text.to_string(),
                span: value.span(),
            }),
            // A bare date is a text to us: `2020-01-03` needs no quotes.
            DeValue::Datetime(date) => Some(Located {
                value: date.to_string(),
                span: value.span(),
            }),
            _ => {
                expected("a text in quotes", value, diagnostics);
                None
            }
        }
    }
}

impl Read for Located<u32> {
    fn read(value: &Value<'_>, diagnostics: &mut Diagnostics) -> Option<Self> {
        if let DeValue::Integer(integer) = value.get_ref()
            && let Ok(number) = u32::from_str_radix(integer.as_str(), integer.radix())
        {
            return Some(Located {
                value: number,
                span: value.span(),
            });
        }
        expected("a whole number from 0 to 4294967295", value, diagnostics);
        None
    }
}

impl<T: Read> Read for Option<T> {
    fn read(value: &Value<'_>, diagnostics: &mut Diagnostics) -> Option<Self> {
        T::read(value, diagnostics).map(Some)
    }
    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(value: &Value<'_>, diagnostics: &mut Diagnostics) -> Option<Self> {
        match value.get_ref() {
            DeValue::Array(array) => Some(
                array
                    .iter()
                    .filter_map(|item| T::read(item, diagnostics))
                    .collect(),
            ),
            _ => {
                expected("a list", value, diagnostics);
                None
            }
        }
    }
    fn absent() -> Option<Self> {
        Some(Vec::new())
    }
}

/// Named entries in the order of the text. Entries that could not be read keep their names, so that a
/// later mention of one does not count as unknown.
#[derive(Debug, Clone)]
pub struct Entries<T> {
    /// What was read.
    pub items: Vec<(Text, T)>,
    /// Names of entries that could not be read.
    pub broken: Vec<String>,
}

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            broken: Vec::new(),
        }
    }
}

impl<T: Read> Read for Entries<T> {
    fn read(value: &Value<'_>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let DeValue::Table(table) = value.get_ref() else {
            expected("a table of named entries", value, diagnostics);
            return None;
        };
        let mut entries = Self::default();
        let mut sorted: Vec<_> = table.iter().collect();
        sorted.sort_by_key(|(key, _)| key.span().start);
        for (key, item) in sorted {
            let name = key.get_ref().to_string();
            match T::read(item, diagnostics) {
                Some(item) => entries.items.push((
                    Located {
                        value: name,
                        span: key.span(),
                    },
                    item,
                )),
                None => entries.broken.push(name),
            }
        }
        Some(entries)
    }
    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

impl<T: JsonSchema> JsonSchema for Entries<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        format!("NamedEntriesOf{}", T::schema_name()).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let item = generator.subschema_for::<T>();
        schemars::json_schema!({ "type": "object", "additionalProperties": item })
    }
}

/// Reads the fields of one section and reports those it does not know.
#[derive(Debug)]
pub struct Fields<'a, 'i> {
    table: &'a DeTable<'i>,
    span: Span,
    section: &'static str,
    names: &'static [&'static str],
}

impl<'a, 'i> Fields<'a, 'i> {
    /// Starts reading a section; reports unknown fields at once. `None` when the value is no table.
    pub fn start(
        value: &'a Value<'i>,
        section: &'static str,
        names: &'static [&'static str],
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let DeValue::Table(table) = value.get_ref() else {
            expected(&format!("{section} (a table)"), value, diagnostics);
            return None;
        };
        let fields = Self {
            table,
            span: value.span(),
            section,
            names,
        };
        fields.report_unknown(diagnostics);
        Some(fields)
    }

    /// The same for a whole document.
    pub fn of_document(
        table: &'a DeTable<'i>,
        section: &'static str,
        names: &'static [&'static str],
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let fields = Self {
            table,
            span: 0..0,
            section,
            names,
        };
        fields.report_unknown(diagnostics);
        fields
    }

    fn report_unknown(&self, diagnostics: &mut Diagnostics) {
        for (key, _) in self.table.iter() {
            let name: &str = key.get_ref().as_ref();
            if !self.names.contains(&name) {
                diagnostics.report(
                    "unknown-field",
                    key.span(),
                    format!("unknown field `{}` in {}", shorten(name), self.section),
                    "not a field of this section",
                    did_you_mean(name, self.names.iter().copied()),
                );
            }
        }
    }

    /// Reads one field.
    pub fn field<T: Read>(&self, name: &'static str, diagnostics: &mut Diagnostics) -> Option<T> {
        match self.table.get(name) {
            Some(value) => T::read(value, diagnostics).or_else(T::absent),
            None => T::absent().or_else(|| {
                diagnostics.report(
                    "missing-field",
                    self.span.clone(),
                    format!("{} needs the field `{name}`", self.section),
                    format!("`{name}` is missing here"),
                    None,
                );
                None
            }),
        }
    }
}

/// Cuts a name that is too long to be shown whole.
#[must_use]
pub fn shorten(name: &str) -> String {
    if name.chars().count() <= 60 {
        name.to_owned()
    } else {
        name.chars().take(57).collect::<String>() + "…"
    }
}

/// Declares a section: the type, its schema and its reader from one list of fields. A field whose type is
/// `Option`, `Vec` or [`Entries`] may be left out; any other is required.
macro_rules! section {
    ($(#[$meta:meta])* pub struct $name:ident as $what:literal {
        $( $(#[$field_meta:meta])* $field:ident : $type:ty ),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, schemars::JsonSchema)]
        #[schemars(deny_unknown_fields)]
        pub struct $name {
            $( $(#[$field_meta])* pub $field: $type, )*
            /// Where the section stands.
            #[schemars(skip)]
            pub span: $crate::diagnostic::Span,
        }

        impl $name {
            pub(crate) const FIELDS: &'static [&'static str] = &[$($crate::case::reader::field_name(stringify!($field))),*];

            pub(crate) fn from_fields(
                fields: &$crate::case::reader::Fields<'_, '_>,
                span: $crate::diagnostic::Span,
                diagnostics: &mut $crate::diagnostic::Diagnostics,
            ) -> Option<Self> {
                $( let $field = fields.field(
                    $crate::case::reader::field_name(stringify!($field)), diagnostics); )*
                Some(Self { $( $field: $field?, )* span })
            }
        }

        impl $crate::case::reader::Read for $name {
            fn read(
                value: &$crate::case::reader::Value<'_>,
                diagnostics: &mut $crate::diagnostic::Diagnostics,
            ) -> Option<Self> {
                let fields =
                    $crate::case::reader::Fields::start(value, $what, Self::FIELDS, diagnostics)?;
                Self::from_fields(&fields, value.span(), diagnostics)
            }
        }
    };
}
pub(crate) use section;

/// A field's name in the file: Rust's `r#type` is the file's `type`.
#[must_use]
pub const fn field_name(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}
