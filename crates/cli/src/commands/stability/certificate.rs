//! The certificate of what is shown: every kind of judgement in the analysis, within stated limits.

use std::collections::HashSet;
use std::path::Path;

use detente_base::watch::Watch;
use detente_conflict::{GraphModel, StateId};
use detente_proof::stability::{Answerers, Improvement, MOST_CARRIED, MOST_COMBINED};
use detente_report::stability::Stability;
use detente_stability::coalition::coalitions;
use detente_stability::metarational::{MetarationalLimits, metarational};
use detente_stability::{CertificateLimits, Certifying, Concept, Lens, SimLimits, Trouble, foresight};

use super::further::{LONGEST_FORESIGHT, MOST_HORIZONS};
use super::view;
use crate::failure::Failure;
use crate::{files, output};

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
    concepts.extend(view::mixed(model, asked.mixed)?);
    concepts.sort_unstable();
    concepts.dedup();
    let mut certifying = Certifying::new(model, &states, &concepts, CertificateLimits::default());
    let mut lenses = vec![Lens::PLAIN];
    lenses.extend(view::readings(model));
    certifying.singles(&lenses);
    let not_judged_again = add_further(&mut certifying, model, shown, watch);
    let (certificate, mut left_out) = certifying.finish();
    left_out.extend(not_judged_again);
    if all > states.len() {
        left_out.push(format!("certified: the first {MOST_CERTIFIED} of {all} states"));
    }
    if certificate.about.is_none() {
        left_out.push(format!(
            "the certificate names the conflict by its hash: more than {MOST_CARRIED} states; verify it with --case"
        ));
    }
    left_out.iter().for_each(|line| output::tell(line));
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

/// Certifies what goes beyond single parties, as far as it is shown. Gives what could not be judged once more, in words: the
/// time may be up by now.
fn add_further(
    certifying: &mut Certifying<'_>,
    model: &GraphModel,
    shown: &Stability,
    watch: &dyn Watch,
) -> Vec<String> {
    let mut left_out = Vec::new();
    let mut leave_out =
        |kind: &str, trouble: Trouble| left_out.push(format!("not certified {kind}: {trouble}"));
    let special = |name: &str| shown.special.contains_key(name);
    let mut sets = shown.sets.equilibria.keys();
    if sets.any(|key| key.ends_with("_or_simultaneous")) {
        // What the checker would not try is not written.
        let limits = SimLimits {
            combinations: MOST_COMBINED,
        };
        match view::plain(model, watch) {
            Ok(answer) => certifying.simultaneous(&answer, limits),
            Err(trouble) => leave_out("by simultaneous sanctions", trouble),
        }
    }
    if !shown.coalitions.is_empty() {
        match coalitions(model, 2) {
            Ok(class) => [Improvement::AllBetter, Improvement::NoneWorse]
                .into_iter()
                .for_each(|improvement| certifying.coalitions(&class, improvement, Answerers::Singles)),
            Err(trouble) => leave_out("of coalitions", trouble),
        }
    }
    if special("foresight") {
        match foresight(model, LONGEST_FORESIGHT) {
            Ok(seen) => certifying.foresight(&seen, MOST_HORIZONS),
            Err(trouble) => leave_out("by foresight", trouble),
        }
    }
    for (name, credible) in [("metarational", false), ("credible metarational", true)] {
        if special(name) {
            match metarational(model, credible, MetarationalLimits::default(), watch) {
                Ok(found) => certifying.metarational(&found, credible),
                Err(trouble) => leave_out("over longer exchanges", trouble),
            }
        }
    }
    if special("misperception") {
        certifying.own_views();
    }
    left_out
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
