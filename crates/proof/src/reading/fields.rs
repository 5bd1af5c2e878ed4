//! The sections of a case file as they are written: TOML, every field accounted for.
//!
//! A field is either read, or known to play no part in the game, or refused: nothing is guessed.

use detente_base::number::{Exact, parse_exact};
use toml::de::{DeTable, DeValue};

/// Why the text does not make a game.
pub(super) type Refused = String;

/// A table with a name for sentences.
pub(super) struct Fields<'t> {
    place: String,
    table: &'t DeTable<'t>,
}

impl<'t> Fields<'t> {
    /// A table that has no other fields than those read and those that play no part in the game.
    pub(super) fn of(
        place: &str,
        table: &'t DeTable<'t>,
        read: &[&str],
        passed_over: &[&str],
    ) -> Result<Self, Refused> {
        for key in table.keys() {
            let key: &str = key.get_ref();
            if !read.contains(&key) && !passed_over.contains(&key) {
                return Err(format!("{place}: the checker does not know the field `{key}`"));
            }
        }
        Ok(Self {
            place: place.to_owned(),
            table,
        })
    }

    pub(super) fn get(&self, name: &str) -> Option<&'t DeValue<'t>> {
        self.table.get(name).map(|value| value.get_ref())
    }

    fn wrong(&self, name: &str, wanted: &str) -> Refused {
        format!("{}: `{name}` is not {wanted}", self.place)
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<&'t str>, Refused> {
        match self.get(name) {
            None => Ok(None),
            Some(DeValue::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(name, "a text")),
        }
    }

    pub(super) fn needed_text(&self, name: &str) -> Result<&'t str, Refused> {
        self.text(name)?
            .ok_or_else(|| format!("{}: `{name}` is missing", self.place))
    }

    pub(super) fn whole(&self, name: &str) -> Result<Option<usize>, Refused> {
        match self.get(name) {
            None => Ok(None),
            Some(DeValue::Integer(number)) => u32::from_str_radix(number.as_str(), number.radix())
                .map(|number| Some(number as usize))
                .map_err(|_| self.wrong(name, "a whole number")),
            Some(_) => Err(self.wrong(name, "a whole number")),
        }
    }

    /// The named entries of a table, in the order of the text; none where the field is left out.
    pub(super) fn entries(&self, name: &str) -> Result<Vec<(&'t str, &'t DeValue<'t>)>, Refused> {
        match self.get(name) {
            None => Ok(Vec::new()),
            Some(DeValue::Table(table)) => Ok(in_order(table)),
            Some(_) => Err(self.wrong(name, "a table")),
        }
    }

    /// The named texts of a table, in the order of the text.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<(&'t str, &'t str)>, Refused> {
        let entries = self.entries(name)?.into_iter();
        entries
            .map(|(key, value)| match value {
                DeValue::String(text) => Ok((key, text.as_ref())),
                _ => Err(self.wrong(name, "a table of texts")),
            })
            .collect()
    }

    /// The named tables in a table, in the order of the text.
    pub(super) fn tables(&self, name: &str) -> Result<Vec<(&'t str, &'t DeTable<'t>)>, Refused> {
        let entries = self.entries(name)?.into_iter();
        entries
            .map(|(key, value)| match value {
                DeValue::Table(table) => Ok((key, table)),
                _ => Err(self.wrong(name, "a table of tables")),
            })
            .collect()
    }

    /// The entries of a list.
    pub(super) fn list(&self, name: &str) -> Result<Vec<&'t DeValue<'t>>, Refused> {
        match self.get(name) {
            None => Ok(Vec::new()),
            Some(DeValue::Array(list)) => Ok(list.iter().map(|value| value.get_ref()).collect()),
            Some(_) => Err(self.wrong(name, "a list")),
        }
    }

    /// The tables of a list.
    pub(super) fn list_of_tables(&self, name: &str) -> Result<Vec<&'t DeTable<'t>>, Refused> {
        let list = self.list(name)?.into_iter();
        list.map(|value| match value {
            DeValue::Table(table) => Ok(table),
            _ => Err(self.wrong(name, "a list of tables")),
        })
        .collect()
    }
}

/// The entries of a table in the order of the text.
fn in_order<'t>(table: &'t DeTable<'t>) -> Vec<(&'t str, &'t DeValue<'t>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
        .into_iter()
        .map(|(key, value)| (key.get_ref().as_ref(), value.get_ref()))
        .collect()
}

/// A number without a range, exactly as written.
pub(super) fn plain_number(value: &DeValue<'_>) -> Result<Exact, Refused> {
    let text: &str = match value {
        DeValue::Float(number) => number.as_str(),
        DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
        DeValue::String(text) => text,
        _ => return Err("a number is missing".into()),
    };
    parse_exact(text).map_err(|error| format!("`{text}`: {error}"))
}

/// A number and the share by which it grows each period, if it does.
pub(super) fn number(value: &DeValue<'_>) -> Result<(Exact, Option<Exact>), Refused> {
    let DeValue::Table(table) = value else {
        return Ok((plain_number(value)?, None));
    };
    let passed_over = ["low", "high", "because", "source", "by"];
    let fields = Fields::of("a number", table, &["likely", "grows"], &passed_over)?;
    let likely = fields.get("likely").ok_or("a number: `likely` is missing")?;
    let grows = fields.text("grows")?.map(growth).transpose()?;
    Ok((plain_number(likely)?, grows))
}

/// `"3% a period"` as 0.03.
fn growth(text: &str) -> Result<Exact, Refused> {
    let mut words = text.split_whitespace();
    let rate = words.next().and_then(|rate| rate.strip_suffix('%'));
    let rate = rate.and_then(|rate| parse_exact(rate).ok());
    match (rate, words.collect::<Vec<_>>().as_slice()) {
        (Some(percent), ["a", "period"]) => Ok(percent / Exact::from(100)),
        _ => Err(format!("`{text}` is not a growth rate")),
    }
}
