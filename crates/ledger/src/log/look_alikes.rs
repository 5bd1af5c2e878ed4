//! Look-alikes: names that a reader takes for one another, because they differ only by case, by blanks, or by letters that
//! look the same (the skeleton of Unicode TR39). To be warned of before a text is signed.

use std::collections::{BTreeMap, BTreeSet};

use unicode_security::skeleton;

use crate::text::agreement::Agreement;

/// What a reader sees of a name: its skeleton without case and blanks.
fn seen(name: &str) -> String {
    let folded = |text: &str| -> String {
        let plain = text
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-'));
        plain.flat_map(char::to_lowercase).collect()
    };
    // Case first and after: a capital may have another skeleton than its small letter.
    folded(&skeleton(&folded(name)).collect::<String>())
}

/// Groups of names that look the same.
fn alike<'n>(names: impl IntoIterator<Item = &'n str>) -> Vec<Vec<&'n str>> {
    let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in names {
        groups.entry(seen(name)).or_default().push(name);
    }
    groups.into_values().filter(|group| group.len() > 1).collect()
}

/// Every group of names of a text that look alike: what sort of names, and which.
#[must_use]
pub fn look_alikes<'a>(agreement: &'a Agreement) -> Vec<(&'static str, Vec<String>)> {
    let persons = || agreement.parties.iter().chain(&agreement.others);
    let ids = persons().map(|(id, _)| id).chain(agreement.groups.keys());
    let shown = persons().map(|(_, party)| &party.name);
    let items = agreement.commitments.iter().map(|own| &own.id);
    let items = items
        .chain(agreement.powers.iter().map(|own| &own.id))
        .chain(agreement.disputes.iter().map(|own| &own.id))
        .chain(agreement.snapbacks.iter().map(|own| &own.id))
        .chain(agreement.dates.iter().map(|own| &own.id));
    let stages = agreement.disputes.iter().flat_map(|own| &own.stages);
    let measures = agreement.commitments.iter().flat_map(|own| &own.lifts);
    let options = agreement.readings.iter().flat_map(|own| &own.options);
    let mut all = Vec::new();
    // Each name of these lists is of another thing; those that follow are often named again and mean the same.
    let mut add = |sort: &'static str, names: Vec<&str>| {
        for group in alike(names) {
            all.push((sort, group.into_iter().map(str::to_owned).collect()));
        }
    };
    add("parties", ids.map(String::as_str).collect());
    add("names of parties", shown.map(String::as_str).collect());
    add("ids", items.map(String::as_str).collect());
    let once = |names: Vec<&'a str>| -> Vec<&'a str> {
        let different: BTreeSet<&str> = names.into_iter().collect();
        different.into_iter().collect()
    };
    add("stages", once(stages.map(|own| own.id.as_str()).collect()));
    add("measures", once(measures.map(String::as_str).collect()));
    add(
        "options of readings",
        once(options.map(|own| own.id.as_str()).collect()),
    );
    all
}

/// The same in words: the names of each group, and a sentence about it.
#[must_use]
pub fn warnings(agreement: &Agreement) -> Vec<(Vec<String>, String)> {
    let quoted = |name: &String| format!("`{}`", by_code_points(name));
    look_alikes(agreement)
        .into_iter()
        .map(|(sort, names)| {
            let shown: Vec<String> = names.iter().map(quoted).collect();
            let what = format!("{sort} that look alike: {}", shown.join(", "));
            (names, what)
        })
        .collect()
}

/// Shows letters beyond ASCII by their code points, so that names which look alike are seen to differ.
fn by_code_points(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c == ' ' || c.is_ascii_graphic() {
            out.push(c);
        } else {
            out.extend(c.escape_unicode());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::alike;

    #[test]
    fn case_blanks_and_letters_of_other_scripts_look_the_same() {
        // Cyrillic А, a blank that does not break, the digit one for the letter l.
        for two in [
            ["A", "\u{410}"],
            ["US", "us"],
            ["F 1", "F\u{a0}1"],
            ["F1", "Fl"],
            ["a-b", "a_b"],
        ] {
            assert_eq!(alike(two).len(), 1, "{two:?}");
        }
        for two in [["A", "B"], ["F1", "F2"], ["north", "south"]] {
            assert!(alike(two).is_empty(), "{two:?}");
        }
    }
}
