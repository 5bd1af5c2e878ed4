//! The check of a proof of an offer, type by type.

use std::collections::{BTreeSet, HashMap};

use detente_base::ids::{PartyId, StateId};
use detente_base::number::{Exact, format_exact};
use detente_case::World;
use rayon::prelude::*;

use super::deal::Plan;
use super::decision::{Act, Table};
use super::format::{Node, OfferProof, PointProof, TypeProof, number};
use crate::Refusal;
use crate::reading::Reading;
use crate::subject::shown;

/// The most periods that notices of a party may be under way, and a snapback may wait.
const MOST_NOTICES: usize = 64;
const LONGEST_RETURN: usize = 60;

/// What was checked of one type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedType {
    /// The party.
    pub party: String,
    /// Its type.
    pub of: Option<String>,
    /// `keeps`, `refuses` or `departs`.
    pub reaction: String,
    /// What its best response gives.
    pub value: Exact,
    /// What keeping gives.
    pub keeping: Exact,
    /// What no deal gives.
    pub no_deal: Exact,
    /// How many points were checked.
    pub points: usize,
    /// How many choices.
    pub choices: u64,
}

/// What a proof of an offer shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The plan.
    pub deal: String,
    /// The world.
    pub world: World,
    /// The hash of the case's text.
    pub case_hash: String,
    /// The name of the proof: its content hash.
    pub hash: String,
    /// Every type of every party.
    pub types: Vec<CheckedType>,
    /// How many beliefs were recomputed.
    pub beliefs: usize,
}

/// Rechecks a proof of an offer.
///
/// # Errors
/// A [`Refusal`] that says what is wrong. Nothing panics, whatever the bytes.
pub fn verify_offer(bytes: &[u8]) -> Result<Checked, Refusal> {
    let proof = OfferProof::from_bytes(bytes)?;
    let (text, world) = (&proof.case.text, &proof.world);
    let first = Reading::of(text, world).map_err(Refusal::Case)?;
    let most = (0..first.party_count())
        .map(|party| first.types_of(party).len())
        .max();
    let mut readings = Vec::new();
    for number in 0..most.unwrap_or(0).max(1) {
        let mut of = world.clone();
        for party in 0..first.party_count() {
            let types = first.types_of(party);
            if let Some((name, _)) = types.get(number.min(types.len().saturating_sub(1))) {
                of.types.insert(first.party_id(party).to_owned(), name.clone());
            }
        }
        readings.push(Reading::of(text, &of).map_err(Refusal::Case)?);
    }
    // A type that the world names is known.
    let types: Vec<Vec<(usize, Exact)>> = (0..first.party_count())
        .map(|party| open_types(&first, world, party))
        .collect();
    let plan = Plan::read(text, &proof.deal, &readings[0])?;
    limits(&readings[0], &plan)?;
    let listed: Vec<(usize, usize, &TypeProof)> = assign(&first, &types, &proof.types)?;
    let checks: Vec<Result<(CheckedType, Vec<Exact>), Refusal>> = listed
        .par_iter()
        .map(|(party, of, typed)| {
            let mut table = Table {
                plan: &plan,
                readings: &readings,
                types: &types,
                follows: HashMap::new(),
            };
            check_type(&mut table, *party, *of, typed)
        })
        .collect();
    let mut checked = Vec::new();
    let mut quiet: Vec<(usize, String, Vec<Exact>)> = Vec::new();
    for ((party, ..), check) in listed.iter().zip(checks) {
        let (of, masses) = check?;
        quiet.push((*party, of.reaction.clone(), masses));
        checked.push(of);
    }
    let beliefs = check_beliefs(&proof, &first, &types, &plan, &quiet)?;
    Ok(Checked {
        deal: proof.deal,
        world: proof.world,
        case_hash: proof.case.hash,
        hash: proof.hash,
        types: checked,
        beliefs,
    })
}

/// The types of a party that are open in a world: the reading of each and its prior.
fn open_types(reading: &Reading, world: &World, party: usize) -> Vec<(usize, Exact)> {
    let types = reading.types_of(party);
    let named = world.types.get(reading.party_id(party));
    let open = types.iter().enumerate();
    let open: Vec<(usize, Exact)> = open
        .filter(|(_, (name, _))| named.is_none_or(|named| named == name))
        .map(|(place, (_, prior))| match named {
            Some(_) => (place, Exact::ONE),
            None => (place, prior.clone()),
        })
        .collect();
    if open.is_empty() {
        vec![(0, Exact::ONE)]
    } else {
        open
    }
}

fn limits(reading: &Reading, plan: &Plan) -> Result<(), Refusal> {
    for party in (0..reading.party_count()).filter(|party| plan.bound[*party]) {
        let own = reading.issues().iter().enumerate();
        let own = own.filter(|(place, _)| reading.owner(*place) == Some(party));
        if own.map(|(_, issue)| issue.lag - 1).fold(0, usize::saturating_add) > MOST_NOTICES {
            return Err(Refusal::TooLarge(format!(
                "notices of {} under way for more than {MOST_NOTICES} periods",
                reading.party_id(party)
            )));
        }
    }
    if reading
        .issues()
        .iter()
        .any(|issue| issue.restored > LONGEST_RETURN)
    {
        return Err(Refusal::TooLarge(format!(
            "a snapback that waits more than {LONGEST_RETURN} periods"
        )));
    }
    Ok(())
}

/// The types in the order of the case, each with what the proof says of it: all of them, once.
fn assign<'p>(
    reading: &Reading,
    types: &[Vec<(usize, Exact)>],
    proofs: &'p [TypeProof],
) -> Result<Vec<(usize, usize, &'p TypeProof)>, Refusal> {
    let mut listed = Vec::new();
    for (party, open) in types.iter().enumerate() {
        for (of, _) in open {
            let name = reading.types_of(party).get(*of).map(|(name, _)| name);
            let mut same = proofs
                .iter()
                .filter(|typed| typed.party == reading.party_id(party) && typed.of.as_ref() == name);
            match (same.next(), same.next()) {
                (Some(typed), None) => listed.push((party, *of, typed)),
                _ => {
                    return Err(Refusal::Field(format!(
                        "types: not one entry for {} {}",
                        reading.party_id(party),
                        name.map_or("", String::as_str)
                    )));
                }
            }
        }
    }
    if listed.len() != proofs.len() {
        return Err(Refusal::Field(
            "types: an entry for something that the case does not have".into(),
        ));
    }
    Ok(listed)
}

type Key = (u32, StateId, u64);

/// The list of one policy: bounds, and choices where they are exact.
struct List {
    points: Vec<(Key, Exact, Option<i64>)>,
    place: HashMap<Key, usize>,
}

impl List {
    fn read(points: &[PointProof], nodes: &[Node], table: &Table<'_>) -> Result<Self, Refusal> {
        let states = table.readings[0].states();
        let mut list = Self {
            points: Vec::new(),
            place: HashMap::new(),
        };
        for PointProof(node, state, notices, bound, choice) in points {
            if *node as usize >= nodes.len() || *state as usize >= states {
                return Err(Refusal::Field(
                    "points: a node or a state that does not exist".into(),
                ));
            }
            let key = (*node, StateId::at(*state as usize), *notices);
            if list.place.insert(key, list.points.len()).is_some() {
                return Err(Refusal::Field("points: the same point twice".into()));
            }
            list.points.push((key, number(bound)?, *choice));
        }
        Ok(list)
    }
}

/// Checks one type; gives what holds of it, and the chances of no alarm before each date.
fn check_type(
    table: &mut Table<'_>,
    party: usize,
    of: usize,
    typed: &TypeProof,
) -> Result<(CheckedType, Vec<Exact>), Refusal> {
    let name = format!("{} {}", typed.party, typed.of.as_deref().unwrap_or(""))
        .trim_end()
        .to_owned();
    let aims = table.plan.today.len();
    let mut node_of: HashMap<&Node, u32> = HashMap::new();
    for (place, node) in typed.nodes.iter().enumerate() {
        let wrong = match node {
            Node::Back(schedule) => schedule.is_empty() || schedule.iter().any(|levels| levels.len() != aims),
            Node::Date(..) => false,
        };
        if wrong || node_of.insert(node, place as u32).is_some() {
            return Err(Refusal::Field(format!("nodes: {name}: node {place}")));
        }
    }
    let check = Check {
        party,
        of,
        name: &name,
        nodes: &typed.nodes,
        node_of: &node_of,
    };
    let best = List::read(&typed.points, &typed.nodes, table)?;
    let mut choices = 0;
    let (value, forbidden, masses) = check.list(table, &best, false, &mut choices)?;
    let no_deal = check.no_deal(table, &typed.no_deal)?;
    let mut points = best.points.len();
    let keeping = match (&typed.restrained, forbidden) {
        (None, false) => value.clone(),
        (Some(restrained), true) => {
            let list = List::read(restrained, &typed.nodes, table)?;
            points += list.points.len();
            check.list(table, &list, true, &mut choices)?.0
        }
        _ => {
            return Err(Refusal::Field(format!(
                "restrained: {name}: given exactly where the best response does what the offer forbids"
            )));
        }
    };
    let reaction = match forbidden {
        _ if value < no_deal => "refuses",
        false => "keeps",
        true if keeping < value => "departs",
        true => "keeps",
    };
    if typed.reaction != reaction {
        return Err(Refusal::Promise(format!(
            "{name} is said to be of those who `{}`, but it {reaction}",
            typed.reaction
        )));
    }
    for (what, stated, found) in [
        ("value", &typed.value, &value),
        ("keeping", &typed.keeping, &keeping),
    ] {
        if number(stated)? != *found {
            return Err(Refusal::Promise(format!("{name}: `{what}` is {}", shown(found))));
        }
    }
    let checked = CheckedType {
        party: typed.party.clone(),
        of: typed.of.clone(),
        reaction: reaction.to_owned(),
        value,
        keeping,
        no_deal,
        points,
        choices,
    };
    Ok((checked, masses))
}

/// What is checked about one type.
struct Check<'a> {
    party: usize,
    of: usize,
    name: &'a str,
    nodes: &'a [Node],
    node_of: &'a HashMap<&'a Node, u32>,
}

impl Check<'_> {
    fn reading<'t>(&self, table: &Table<'t>) -> &'t Reading {
        &table.readings[self.of]
    }

    /// What an act gives with the bounds of a list, and where it leads.
    fn gives(&self, table: &Table<'_>, list: &List, act: &Act) -> Result<(Exact, Vec<usize>), Refusal> {
        let reading = self.reading(table);
        let party = PartyId::at(self.party);
        let discount = reading.discount(party);
        let now = Exact::ONE - discount;
        let mut sum = -(&now * &act.cost);
        let mut leads = Vec::new();
        for (chance, state, node, notices) in &act.ways {
            let place = self
                .node_of
                .get(node)
                .and_then(|node| list.place.get(&(*node, *state, *notices)));
            let place = *place.ok_or_else(|| {
                Refusal::Field(format!(
                    "points: {}: a point to which a choice leads is not listed",
                    self.name
                ))
            })?;
            let follows = &list.points[place].1;
            let worth = if act.choice < 0 {
                follows.clone()
            } else {
                let endings = reading.endings(*state);
                let flow = &now * reading.flow(party, *state);
                let goes_on = discount * (Exact::ONE - &endings.hazard) * follows;
                flow + discount * &endings.worth[self.party] + goes_on
            };
            sum += chance * worth;
            leads.push(place);
        }
        Ok((sum, leads))
    }

    /// Checks a list; gives the value at the start, whether a named choice at a date is forbidden, and the chances of no alarm
    /// before each date.
    fn list(
        &self,
        table: &mut Table<'_>,
        list: &List,
        restrained: bool,
        choices: &mut u64,
    ) -> Result<(Exact, bool, Vec<Exact>), Refusal> {
        let mut named: Vec<Option<(Vec<(Exact, usize)>, bool)>> = Vec::new();
        for ((node, state, notices), bound, choice) in &list.points {
            let node = &self.nodes[*node as usize];
            let at_date = matches!(node, Node::Date(..));
            if let Node::Date(date, pardons) = node
                && (*date as usize > table.plan.asked.len() || *pardons > table.plan.pardons)
            {
                return Err(Refusal::Field(format!(
                    "nodes: {}: a date beyond the plan's",
                    self.name
                )));
            }
            let mut found = None;
            for act in table.acts(self.party, node, *state, *notices) {
                if restrained && at_date && act.forbidden {
                    continue;
                }
                *choices += 1;
                let (gives, leads) = self.gives(table, list, &act)?;
                if gives > *bound {
                    return Err(Refusal::Pays(format!(
                        "{}: a choice gives {}, more than the bound {} of its point",
                        self.name,
                        shown(&gives),
                        shown(bound)
                    )));
                }
                if *choice == Some(act.choice) {
                    if gives != *bound || leads.iter().any(|place| list.points[*place].2.is_none()) {
                        return Err(Refusal::Promise(format!(
                            "{}: a choice named exact gives {} where {} is stated",
                            self.name,
                            shown(&gives),
                            shown(bound)
                        )));
                    }
                    let chances = act.ways.iter().map(|(chance, ..)| chance.clone());
                    found = Some((chances.zip(leads).collect(), at_date && act.forbidden));
                }
            }
            if choice.is_some() && found.is_none() {
                return Err(Refusal::CannotMove(format!(
                    "{}: a named choice cannot be made",
                    self.name
                )));
            }
            named.push(found);
        }
        self.along(table, list, &named)
    }

    fn along(
        &self,
        table: &Table<'_>,
        list: &List,
        named: &[Option<(Vec<(Exact, usize)>, bool)>],
    ) -> Result<(Exact, bool, Vec<Exact>), Refusal> {
        let start = (
            self.node_of.get(&Node::Date(0, table.plan.pardons)).copied(),
            table.readings[0].today(),
        );
        let start = start
            .0
            .and_then(|node| list.place.get(&(node, start.1, 0)))
            .copied();
        let start = start.filter(|start| named[*start].is_some());
        let start = start.ok_or_else(|| {
            Refusal::Field(format!("points: {}: no choice is named at the start", self.name))
        })?;
        let node = |place: usize| &self.nodes[list.points[place].0.0 as usize];
        let mut forbidden = false;
        let (mut open, mut seen) = (vec![start], BTreeSet::new());
        while let Some(place) = open.pop() {
            if matches!(node(place), Node::Back(_)) || !seen.insert(place) {
                continue;
            }
            if let Some((ways, breach)) = &named[place] {
                forbidden |= breach;
                open.extend(ways.iter().map(|(_, place)| *place));
            }
        }
        let mut masses = vec![Exact::ONE];
        let mut now: HashMap<usize, Exact> = HashMap::from([(start, Exact::ONE)]);
        for date in 1..=table.plan.asked.len() as u32 {
            let mut next: HashMap<usize, Exact> = HashMap::new();
            for (place, mass) in &now {
                let Some((ways, _)) = &named[*place] else { continue };
                for (chance, place) in ways {
                    if *node(*place) == Node::Date(date, table.plan.pardons) {
                        *next.entry(*place).or_insert(Exact::ZERO) += mass * chance;
                    }
                }
            }
            masses.push(next.values().fold(Exact::ZERO, |sum, mass| sum + mass));
            now = next;
        }
        Ok((list.points[start].1.clone(), forbidden, masses))
    }

    /// Everybody stays, whatever chance does: each stated value must be what its equation says.
    fn no_deal(&self, table: &Table<'_>, stated: &[(u32, String)]) -> Result<Exact, Refusal> {
        let reading = self.reading(table);
        let party = PartyId::at(self.party);
        let discount = reading.discount(party);
        let now = Exact::ONE - discount;
        let mut values: HashMap<StateId, Exact> = HashMap::new();
        for (state, value) in stated {
            if *state as usize >= reading.states() {
                return Err(Refusal::Field(format!("no_deal: there is no state {state}")));
            }
            values.insert(StateId::at(*state as usize), number(value)?);
        }
        for (state, value) in &values {
            let mut sum = Exact::ZERO;
            for (reached, chance) in reading.outcomes(*state) {
                let follows = values.get(&reached).ok_or_else(|| {
                    Refusal::Field(format!("no_deal: {}: a state is not listed", self.name))
                })?;
                let endings = reading.endings(reached);
                let goes_on = discount * (Exact::ONE - &endings.hazard) * follows;
                let flow = &now * reading.flow(party, reached);
                sum += chance * (flow + discount * &endings.worth[self.party] + goes_on);
            }
            if sum != *value {
                return Err(Refusal::Promise(format!(
                    "{}: no deal gives {} where {} is stated",
                    self.name,
                    shown(&sum),
                    shown(value)
                )));
            }
        }
        let today = values.get(&reading.today());
        today
            .cloned()
            .ok_or_else(|| Refusal::Field(format!("no_deal: {}: today is not listed", self.name)))
    }
}

/// Recomputes every belief by Bayes' rule.
fn check_beliefs(
    proof: &OfferProof,
    reading: &Reading,
    types: &[Vec<(usize, Exact)>],
    plan: &Plan,
    quiet: &[(usize, String, Vec<Exact>)],
) -> Result<usize, Refusal> {
    let mut expected = Vec::new();
    for (party, open) in types.iter().enumerate() {
        if open.len() < 2 || !plan.bound[party] {
            continue;
        }
        let own: Vec<&(usize, String, Vec<Exact>)> = quiet.iter().filter(|of| of.0 == party).collect();
        for date in 0..=plan.asked.len() {
            let weights: Vec<Exact> = open
                .iter()
                .zip(&own)
                .map(|((_, prior), (_, reaction, masses))| match reaction.as_str() {
                    "refuses" => Exact::ZERO,
                    _ => prior * &masses[date],
                })
                .collect();
            let sum = weights.iter().fold(Exact::ZERO, |sum, weight| sum + weight);
            let shares = weights.iter().map(|weight| format_exact(&(weight / &sum)));
            expected.push(super::format::Belief {
                party: reading.party_id(party).to_owned(),
                date: date as u32,
                types: (sum != Exact::ZERO).then(|| shares.collect()),
            });
        }
    }
    for belief in &expected {
        if !proof.beliefs.contains(belief) {
            return Err(Refusal::Promise(format!(
                "beliefs: what is believed of {} at date {} is not what Bayes' rule gives",
                belief.party, belief.date
            )));
        }
    }
    if expected.len() != proof.beliefs.len() {
        return Err(Refusal::Field(
            "beliefs: one for each party with several types and date".into(),
        ));
    }
    Ok(expected.len())
}
