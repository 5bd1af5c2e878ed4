//! Reads a TOML document into typed sections, keeping the place of every value and the text of every number.
//!
//! A section is declared once with `section!`: that one declaration gives the Rust type, its JSON Schema
//! and its reader, so the three cannot drift apart. A value that cannot be read is reported and left out;
//! reading goes on, so that all errors come at once.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use detente_reading::diagnostic::{Diagnostics, Span, did_you_mean, nearest};

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

    /// The same value, when more of it was written than could be read.
    #[must_use]
    fn cut_short(self) -> Self {
        self
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

/// Reports that something else was expected here, with how that is written.
pub fn expected(what: &str, written: &str, value: &Value<'_>, diagnostics: &mut Diagnostics) {
    let found = kind(value.get_ref());
    diagnostics.report(
        "wrong-kind",
        value.span(),
        format!("expected {what}, found {found}"),
        format!("this is {found}"),
        Some(format!("write {written}")),
    );
}

/// The longest text, in bytes, that a field may hold.
pub const LONGEST_TEXT: usize = 20_000;
/// The most entries that a list or a table of named entries may have.
pub const LONGEST_LIST: usize = 10_000;

/// Whether a list is no longer than is read; reports one that is.
fn fits(what: &str, length: usize, span: Span, diagnostics: &mut Diagnostics) -> bool {
    if length > LONGEST_LIST {
        diagnostics.report(
            "case-too-large",
            span,
            format!("{length} {what} are too many; at most {LONGEST_LIST} are read"),
            "too many",
            Some("split the case, or leave out what does not bear on the question".into()),
        );
    }
    length <= LONGEST_LIST
}

impl Read for Text {
    fn read(value: &Value<'_>, diagnostics: &mut Diagnostics) -> Option<Self> {
        match value.get_ref() {
            DeValue::String(text) if text.len() > LONGEST_TEXT => {
                diagnostics.report(
                    "too-long",
                    value.span(),
                    format!(
                        "this text has {} bytes; at most {LONGEST_TEXT} are read",
                        text.len()
                    ),
                    "too long",
                    Some("keep the case short; give long texts as a source with its `place`".into()),
                );
                None
            }
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
                expected(
                    "a text in quotes",
                    "it between double quotes, on one line",
                    value,
                    diagnostics,
                );
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
        expected(
            "a whole number from 0 to 4294967295",
            "it without quotes, point or sign, such as 2",
            value,
            diagnostics,
        );
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
            DeValue::Array(array) => {
                let fits = fits("entries in a list", array.len(), value.span(), diagnostics);
                fits.then(|| {
                    array
                        .iter()
                        .filter_map(|item| T::read(item, diagnostics))
                        .collect()
                })
            }
            _ => {
                let written = match value.get_ref() {
                    DeValue::Table(_) => {
                        "the head of the section in two brackets, or a list such as [\"a\", \"b\"]"
                    }
                    _ => "a list such as [\"a\", \"b\"]",
                };
                expected("a list", written, value, diagnostics);
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
    /// Whether something that is no table stands here, so that nothing is known of the names in it.
    pub unreadable: bool,
}

impl<T> Entries<T> {
    /// Whether every entry that was written could be read.
    #[must_use]
    pub fn whole(&self) -> bool {
        self.broken.is_empty() && !self.unreadable
    }
}

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            broken: Vec::new(),
            unreadable: false,
        }
    }
}

impl<T: Read> Read for Entries<T> {
    fn read(value: &Value<'_>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let DeValue::Table(table) = value.get_ref() else {
            expected(
                "a table of named entries",
                "each with its name, such as { none = 0, full = 2 }",
                value,
                diagnostics,
            );
            return Some(Self {
                unreadable: true,
                ..Self::default()
            });
        };
        let mut entries = Self::default();
        if !fits("named entries", table.len(), value.span(), diagnostics) {
            return Some(entries.cut_short());
        }
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
    fn cut_short(mut self) -> Self {
        self.unreadable = true;
        self
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
    flawed: bool,
    /// Whether lines of it could not be read as TOML.
    torn: bool,
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
            let written =
                "its fields on lines of their own below the head of the section, or as { name = value }";
            expected(&format!("{section} (a table)"), written, value, diagnostics);
            return None;
        };
        let mut fields = Self {
            table,
            span: value.span(),
            section,
            names,
            flawed: diagnostics.is_torn(value.span().start),
            torn: diagnostics.is_torn(value.span().start),
        };
        fields.report_unknown(diagnostics);
        Some(fields)
    }

    /// The same for a whole document; what is missing in it is reported at `span`.
    pub fn of_document(
        table: &'a DeTable<'i>,
        span: Span,
        section: &'static str,
        names: &'static [&'static str],
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let mut fields = Self {
            table,
            span,
            section,
            names,
            flawed: false,
            torn: false,
        };
        fields.report_unknown(diagnostics);
        fields
    }

    /// Where the section stands.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span.clone()
    }

    /// Whether a field was unknown or could not be read, so that its absence is no news.
    #[must_use]
    pub fn flawed(&self) -> bool {
        self.flawed
    }

    fn report_unknown(&mut self, diagnostics: &mut Diagnostics) {
        for (key, _) in self.table.iter() {
            let name: &str = key.get_ref().as_ref();
            if !self.names.contains(&name) {
                self.flawed = true;
                diagnostics.report_with("unknown-field", key.span(), || {
                    (
                        format!("unknown field `{}` in {}", shorten(name), self.section),
                        "not a field of this section".into(),
                        did_you_mean(name, self.names.iter().copied()).or_else(|| {
                            Some(format!("{} may have: {}", self.section, self.names.join(", ")))
                        }),
                    )
                });
            }
        }
    }

    /// Whether an unknown field here looks like this one, mistyped.
    fn mistyped(&self, name: &str) -> bool {
        self.table
            .iter()
            .map(|(key, _)| key.get_ref().as_ref())
            .filter(|key| !self.names.contains(key))
            .take(LONGEST_LIST)
            .any(|key: &str| nearest(key, self.names.iter().copied()).contains(&name))
    }

    /// Reads one field. `None` when it is required and missing or unreadable.
    pub fn field<T: Read>(&mut self, name: &'static str, diagnostics: &mut Diagnostics) -> Option<T> {
        let mistyped = self.mistyped(name);
        let read = match self.table.get(name) {
            Some(value) => T::read(value, diagnostics).or_else(|| {
                self.flawed = true;
                T::absent()
            }),
            None => T::absent().or_else(|| {
                if !mistyped && !self.torn {
                    self.report_missing(name, diagnostics);
                }
                None
            }),
        };
        if mistyped || self.torn {
            read.map(T::cut_short)
        } else {
            read
        }
    }

    fn report_missing(&self, name: &str, diagnostics: &mut Diagnostics) {
        diagnostics.report(
            "missing-field",
            self.span.clone(),
            format!("{} needs the field `{name}`", self.section),
            format!("`{name}` is missing here"),
            Some(format!("add a line `{name} = …` to this section")),
        );
    }
}

/// Cuts a name that is too long to be shown whole.
#[must_use]
pub fn shorten(name: &str) -> String {
    match name.char_indices().nth(60) {
        None => name.to_owned(),
        Some(_) => name.chars().take(57).collect::<String>() + "…",
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
        #[schemars(deny_unknown_fields, transform = $name::say_what_may_be_left_out)]
        pub struct $name {
            $( $(#[$field_meta])* pub $field: $type, )*
            /// Where the section stands.
            #[schemars(skip)]
            pub span: detente_reading::diagnostic::Span,
            /// Whether a field of it was unknown or could not be read.
            #[schemars(skip)]
            pub flawed: bool,
        }

        impl $name {
            pub(crate) const FIELDS: &'static [&'static str] = &[$($crate::reader::field_name(stringify!($field))),*];

            /// The schema of a field that may be left out does not require it; TOML has no null.
            fn say_what_may_be_left_out(schema: &mut schemars::Schema) {
                $(
                    let required = <$type as $crate::reader::Read>::absent().is_none();
                    $crate::schema::settle_field(
                        schema, $crate::reader::field_name(stringify!($field)), required);
                )*
            }

            pub(crate) fn from_fields(
                fields: &mut $crate::reader::Fields<'_, '_>,
                diagnostics: &mut detente_reading::diagnostic::Diagnostics,
            ) -> Option<Self> {
                $( let $field = fields.field(
                    $crate::reader::field_name(stringify!($field)), diagnostics); )*
                Some(Self { $( $field: $field?, )* span: fields.span(), flawed: fields.flawed() })
            }
        }

        impl $crate::reader::Read for $name {
            fn read(
                value: &$crate::reader::Value<'_>,
                diagnostics: &mut detente_reading::diagnostic::Diagnostics,
            ) -> Option<Self> {
                let mut fields =
                    $crate::reader::Fields::start(value, $what, Self::FIELDS, diagnostics)?;
                Self::from_fields(&mut fields, diagnostics)
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
