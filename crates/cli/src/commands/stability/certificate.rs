//! The certificate of what is shown: every kind of judgement in the analysis, within stated limits.

use std::collections::HashSet;
use std::path::Path;

use detente_model::conflict::{GraphModel, StateId};
use detente_proof::stability::{Answerers, Improvement, MOST_CARRIED, MOST_COMBINED};
use detente_report::stability::Stability;
use detente_solve::stability::coalition::coalitions;
use detente_solve::stability::metarational::{MetarationalLimits, metarational};
use detente_solve::stability::{CertificateLimits, Certifying, Concept, Lens, SimLimits, foresight};
use detente_solve::watch::Watch;

use super::further::{LONGEST_FORESIGHT, MOST_HORIZONS};
use super::view;
use crate::failure::Failure;
use crate::files;

/// The most states whose judgements go into one certificate.
const MOST_CERTIFIED: usize = 200;
/// The largest certificate, in bytes.
const LARGEST_CERTIFICATE: usize = 64 * 1024 * 1024;

/// What the analyst asked for.
pub struct Asked<'a> {
    /// States to be explained too.
    pub states: &'a [StateId],
    /// One concept only.
    pub concept: Option<Concept>,
    /// Concepts of single parties.
    pub mixed: &'a [String],
}

/// Writes the certificate of what a view shows.
pub fn write(
    model: &GraphModel,
    path: &Path,
    asked: &Asked<'_>,
    shown: &Stability,
    watch: &dyn Watch,
) -> Result<(), Failure> {
    let (states, all) = states(model, asked.states, shown);
    let mut concepts = asked
        .concept
        .map_or(Concept::ALL.to_vec(), |concept| vec![concept]);
    concepts.extend(
        view::mixed(model, asked.mixed)?
            .into_iter()
            .map(|(_, concept)| concept),
    );
    concepts.sort_unstable();
    concepts.dedup();
    let mut certifying = Certifying::new(model, &states, &concepts, CertificateLimits::default());
    let mut lenses = vec![Lens::PLAIN];
    lenses.extend(view::readings(model));
    certifying.singles(&lenses);
    let special = |name: &str| shown.special.contains_key(name);
    if shown
        .sets
        .equilibria
        .keys()
        .any(|key| key.ends_with("_or_simultaneous"))
        && let Ok(answer) = view::plain(model, watch)
    {
        // What the checker would not try is not written.
        let limits = SimLimits {
            combinations: MOST_COMBINED,
        };
        certifying.simultaneous(&answer, limits);
    }
    if !shown.coalitions.is_empty()
        && let Ok(class) = coalitions(model, 2)
    {
        for improvement in [Improvement::AllBetter, Improvement::NoneWorse] {
            certifying.coalitions(&class, improvement, Answerers::Singles);
        }
    }
    if special("foresight")
        && let Ok(seen) = foresight(model, LONGEST_FORESIGHT)
    {
        certifying.foresight(&seen, MOST_HORIZONS);
    }
    for (name, credible) in [("metarational", false), ("credible metarational", true)] {
        if special(name)
            && let Ok(found) = metarational(model, credible, MetarationalLimits::default(), watch)
        {
            certifying.metarational(&found, credible);
        }
    }
    if special("misperception") {
        certifying.own_views();
    }
    let (certificate, mut left_out) = certifying.finish();
    if all > states.len() {
        left_out.push(format!("certified: the first {MOST_CERTIFIED} of {all} states"));
    }
    if certificate.about.is_none() {
        left_out.push(format!(
            "the certificate names the conflict by its hash: more than {MOST_CARRIED} states; verify it with --case"
        ));
    }
    left_out.iter().for_each(|line| eprintln!("{line}"));
    let text = serde_json::to_string_pretty(&certificate).unwrap_or_default() + "\n";
    if text.len() > LARGEST_CERTIFICATE {
        return Err(Failure::Stopped(format!(
            "{}: not written: the certificate is larger than {LARGEST_CERTIFICATE} bytes; ask for one concept \
             (--concept) or leave out the rest (--brief)",
            path.display()
        )));
    }
    files::write_whole(path, text.as_bytes())
}

/// Every state that is asked for, today, or an equilibrium of some kind: up to the limit, in this order, and how many
/// there are.
fn states(model: &GraphModel, asked: &[StateId], shown: &Stability) -> (Vec<StateId>, usize) {
    let mut equilibria: Vec<StateId> = Vec::new();
    let special = shown.special.values().chain(shown.extensions.values());
    for sets in special.map(|special| &special.sets).chain([&shown.sets]) {
        for ids in sets.equilibrium_states.values() {
            equilibria.extend(ids.iter().filter_map(|id| model.states().by_id(id)));
        }
    }
    equilibria.sort_unstable();
    let mut known = HashSet::new();
    let mut states: Vec<StateId> = asked
        .iter()
        .copied()
        .chain(model.today())
        .chain(equilibria)
        .collect();
    states.retain(|state| known.insert(*state));
    let all = states.len();
    states.truncate(MOST_CERTIFIED);
    (states, all)
}
