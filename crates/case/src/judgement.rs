//! A number as the analyst gives it: exact, or a judgement with its range, reason, source and author.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use toml::de::DeValue;

use super::reader::{Read, Text, Value, expected, section};
use detente_base::number::{Exact, NumberError, parse_exact};
use detente_reading::diagnostic::{Diagnostics, Span};

/// A number in the file: `0.35`, `"2/3"` or `{ low, likely, high, because, source, by, grows }`.
#[derive(Debug, Clone)]
pub struct Number {
    /// The value that is used unless it is varied.
    pub likely: Exact,
    /// The least plausible value, if a range was given.
    pub low: Option<Exact>,
    /// The largest plausible value, if a range was given.
    pub high: Option<Exact>,
    /// Why this value.
    pub because: Option<Text>,
    /// The named sources it rests on.
    pub source: Names,
    /// Who judged.
    pub by: Option<Text>,
    /// Growth a period as a share: 0.03 for `"3% a period"`.
    pub grows: Option<Exact>,
    /// Where the number stands.
    pub span: Span,
}

section! {
    /// A judgement: a number somebody supplied, with its range, reason and source.
    pub struct JudgementSection as "a judgement" {
        /// The least plausible value.
        low: Option<PlainNumber>,
        /// The value used unless it is varied.
        likely: PlainNumber,
        /// The largest plausible value.
        high: Option<PlainNumber>,
        /// Why this value, in a sentence.
        because: Option<Text>,
        /// The sources it rests on: one name or a list of names from `[sources]`.
        source: Names,
        /// Who judged.
        by: Option<Text>,
        /// Drift with time, such as "3% a period".
        grows: Option<Growth>,
    }
}

/// One name or several.
#[derive(Debug, Clone, Default)]
pub struct Names(pub Vec<Text>);

impl Read for Names {
    fn read(value: &Value<'_>, diagnostics: &mut Diagnostics) -> Option<Self> {
        match value.get_ref() {
            DeValue::Array(_) => Vec::read(value, diagnostics).map(Self),
            _ => Text::read(value, diagnostics).map(|name| Self(vec![name])),
        }
    }
    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

impl JsonSchema for Names {
    fn schema_name() -> Cow<'static, str> {
        "Names".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "description": "One name or a list of names.",
            "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }],
            "default": []
        })
    }
}

/// A number without a range: a decimal or a fraction in quotes.
#[derive(Debug, Clone)]
pub struct PlainNumber {
    /// The value.
    pub value: Exact,
    /// Where it stands.
    pub span: Span,
}

impl Read for PlainNumber {
    fn read(value: &Value<'_>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let parsed = match value.get_ref() {
            DeValue::Float(float) => parse_exact(float.as_str()),
            DeValue::Integer(integer) if integer.radix() == 10 => parse_exact(integer.as_str()),
            DeValue::Integer(_) => Err(NumberError::NotANumber),
            DeValue::String(text) => parse_exact(text),
            _ => {
                expected(
                    "a number such as 0.35 or \"2/3\"",
                    "a number, or { low = 0.2, likely = 0.35, high = 0.5 } where a judgement may stand",
                    value,
                    diagnostics,
                );
                return None;
            }
        };
        match parsed {
            Ok(number) => Some(Self {
                value: number,
                span: value.span(),
            }),
            Err(error) => {
                diagnostics.report(
                    "bad-number",
                    value.span(),
                    error.to_string(),
                    "not read as a number",
                    Some("write a decimal such as 0.35, or a fraction in quotes such as \"2/3\"".into()),
                );
                None
            }
        }
    }
}

impl JsonSchema for PlainNumber {
    fn schema_name() -> Cow<'static, str> {
        "PlainNumber".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "description": "An exact number: a decimal, or a fraction in quotes.",
            "anyOf": [{ "type": "number" }, { "type": "string", "pattern": r"^\s*[-+]?[0-9_.eE+-]+(\s*/\s*[0-9_.]+)?\s*$" }]
        })
    }
}

/// A growth rate a period, written "3% a period".
#[derive(Debug, Clone)]
pub struct Growth {
    /// The share by which the number grows each period.
    pub share: Exact,
}

impl Read for Growth {
    fn read(value: &Value<'_>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let text = Text::read(value, diagnostics)?;
        let words: Vec<&str> = text.value.split_whitespace().collect();
        if let [rate, "a", "period"] = words.as_slice()
            && let Some(percent) = rate.strip_suffix('%')
            && let Ok(percent) = parse_exact(percent)
        {
            return Some(Self {
                share: percent / Exact::from(100u8),
            });
        }
        diagnostics.report(
            "bad-growth",
            text.span,
            "this is not a growth rate",
            "not understood",
            Some("write it like \"3% a period\" or \"-1.5% a period\"".into()),
        );
        None
    }
}

impl JsonSchema for Growth {
    fn schema_name() -> Cow<'static, str> {
        "Growth".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "description": "A growth rate, such as \"3% a period\".",
            "type": "string", "pattern": r"^\s*[-+]?[0-9.]+%\s+a\s+period\s*$"
        })
    }
}

impl Read for Number {
    fn read(value: &Value<'_>, diagnostics: &mut Diagnostics) -> Option<Self> {
        if !matches!(value.get_ref(), DeValue::Table(_)) {
            let plain = PlainNumber::read(value, diagnostics)?;
            return Some(Self {
                likely: plain.value,
                low: None,
                high: None,
                because: None,
                source: Names::default(),
                by: None,
                grows: None,
                span: plain.span,
            });
        }
        let section = JudgementSection::read(value, diagnostics)?;
        report_empty_range(&section, diagnostics);
        Some(Self {
            likely: section.likely.value,
            low: section.low.map(|number| number.value),
            high: section.high.map(|number| number.value),
            because: section.because,
            source: section.source,
            by: section.by,
            grows: section.grows.map(|growth| growth.share),
            span: section.span,
        })
    }
}

fn report_empty_range(section: &JudgementSection, diagnostics: &mut Diagnostics) {
    let likely = &section.likely;
    let mut complain = |span: &Span, message: &str| {
        diagnostics.report(
            "empty-range",
            span.clone(),
            message,
            "outside its own range",
            Some("a range reads low <= likely <= high".into()),
        );
    };
    match (&section.low, &section.high) {
        (Some(low), Some(high)) if low.value > high.value => {
            complain(&low.span, "the range is empty: low is above high");
        }
        _ => {
            if section.low.as_ref().is_some_and(|low| low.value > likely.value) {
                complain(&likely.span, "the likely value is below low");
            }
            if section
                .high
                .as_ref()
                .is_some_and(|high| high.value < likely.value)
            {
                complain(&likely.span, "the likely value is above high");
            }
        }
    }
}

impl JsonSchema for Number {
    fn schema_name() -> Cow<'static, str> {
        "Number".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let plain = generator.subschema_for::<PlainNumber>();
        let judgement = generator.subschema_for::<JudgementSection>();
        schemars::json_schema!({
            "description": "A number: exact, or a judgement with range, reason and source.",
            "anyOf": [plain, judgement]
        })
    }
}
