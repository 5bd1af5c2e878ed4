//! Tables of the words that texts and records use for one list of values.

/// The word of a value; empty where its table lacks it.
pub(crate) fn word<T: PartialEq>(table: &[(&'static str, T)], value: &T) -> &'static str {
    let entry = table.iter().find(|(_, of)| of == value);
    entry.map_or("", |(word, _)| word)
}
