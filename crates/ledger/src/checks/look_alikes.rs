//! Names that a reader takes for each other: two persons, two provisions or two dates that differ by case, blanks or
//! confusable letters only, or persons with the same name in words.

use std::collections::BTreeSet;

use detente_reading::foreign::{look_alikes, spelled};

use super::{Flaw, Severity, flaw};
use crate::text::agreement::Agreement;

/// Warns of each pair.
pub(super) fn warn<'a>(agreement: &'a Agreement, flaws: &mut Vec<Flaw>) {
    let persons = agreement.parties.iter().chain(&agreement.others).enumerate();
    let mut names: Vec<(usize, &str)> = persons
        .flat_map(|(owner, (id, person))| [(owner, id.as_str()), (owner, person.name.as_str())])
        .collect();
    let groups = names.len()..;
    names.extend(groups.zip(agreement.groups.keys().map(String::as_str)));
    report("persons", names, flaws);
    let provisions = agreement.commitments.iter().map(|one| one.id.as_str());
    let provisions = provisions
        .chain(agreement.powers.iter().map(|one| one.id.as_str()))
        .chain(agreement.disputes.iter().map(|one| one.id.as_str()))
        .chain(agreement.snapbacks.iter().map(|one| one.id.as_str()));
    report("provisions", provisions.enumerate().collect(), flaws);
    let dates = agreement.dates.iter().map(|one| one.id.as_str());
    report("dates", dates.enumerate().collect(), flaws);
    // These are often named again and then mean the same.
    let once = |names: Vec<&'a str>| -> Vec<(usize, &'a str)> {
        let different: BTreeSet<&str> = names.into_iter().collect();
        different.into_iter().enumerate().collect()
    };
    let stages = agreement.disputes.iter().flat_map(|one| &one.stages);
    report("stages", once(stages.map(|one| one.id.as_str()).collect()), flaws);
    let measures = agreement.commitments.iter().flat_map(|one| &one.lifts);
    report("measures", once(measures.map(String::as_str).collect()), flaws);
    let options = agreement.readings.iter().flat_map(|one| &one.options);
    report(
        "options of readings",
        once(options.map(|one| one.id.as_str()).collect()),
        flaws,
    );
}

fn report(kind: &str, names: Vec<(usize, &str)>, flaws: &mut Vec<Flaw>) {
    for (first, second) in look_alikes(names) {
        flaws.push(flaw(
            Severity::Warning,
            "look-alike",
            &[first, second],
            format!(
                "two {kind} have names that look alike: {} and {}",
                spelled(first),
                spelled(second)
            ),
            "rename one of them so that nobody takes it for the other",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::check;

    /// Reported November 2026: nobody was told of a party with a Cyrillic letter and an id with a blank at its end.
    #[test]
    fn every_look_alike_is_told() {
        let source = "[agreement]\ntitle = \"Homoglyph\"\nzone = \"UTC\"\nin_force = 2024-01-01\n\
            [parties]\nA = { name = \"Alba\" }\n\"\u{410}\" = { name = \"Alba\" }\nB = { name = \"Borea\" }\n\
            [others]\nV = { name = \"Verifier\" }\n\
            [commitments.F1]\ntitle = \"t\"\nkind = \"achieve\"\nby = \"A\"\nto = \"B\"\nverifier = \"V\"\n\
            within = \"60 days\"\nof = \"in-force\"\n\
            [commitments.\"F1 \"]\ntitle = \"t\"\nkind = \"achieve\"\nby = \"\u{410}\"\nto = \"B\"\n\
            verifier = \"V\"\nwithin = \"60 days\"\nof = \"in-force\"\n";
        let text = crate::text::Text::read(source).expect("a text");
        let flaws = check(&text.agreement);
        let told: Vec<&str> = flaws
            .iter()
            .filter(|flaw| flaw.check == "look-alike")
            .map(|flaw| flaw.what.as_str())
            .collect();
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told.iter().any(|what| what.contains("U+0410")), "{told:?}");
        assert!(
            told.iter().any(|what| what.contains("`F1` and `F1 `")),
            "{told:?}"
        );
        assert!(
            told.iter().any(|what| what.contains("`Alba` and `Alba`")),
            "{told:?}"
        );
    }
}
