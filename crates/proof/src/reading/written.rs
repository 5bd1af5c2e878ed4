//! The rules as a case file states them, in one world: every number fixed, every condition resolved.
//!
//! A world changes the file in this order: judgements that grow have grown once for each period that has passed; then
//! each variant sets `moves`, `today`, `fixed` and judgements; then judgements of the world itself take their values.

mod payoffs;

use std::collections::BTreeMap;

use detente_base::number::{Exact, parse_exact};
use detente_case::World;
use toml::de::{DeTable, DeValue};

use super::condition::Condition;
use super::fields::{Fields, Refused, number, plain_number};
use super::{Issue, Moves, Party};

/// Sections that play no part in the game.
const PASSED_OVER: [&str; 7] = [
    "case",
    "sources",
    "deals",
    "claims",
    "preferences",
    "infeasible",
    "merged",
];

/// What a party gets per period where a condition holds.
pub(super) struct Worth {
    pub(super) party: usize,
    pub(super) when: Condition,
    pub(super) worth: Exact,
}

/// What a party pays once for a change of an issue.
#[derive(Clone)]
pub(super) struct Cost {
    pub(super) payer: usize,
    pub(super) issue: usize,
    pub(super) to: Option<u8>,
    pub(super) up: bool,
    pub(super) down: bool,
    pub(super) cost: Exact,
}

/// A way in which the game may end.
pub(super) struct Ending {
    pub(super) when: Condition,
    pub(super) chance: Exact,
    /// What each party gets per period ever after.
    pub(super) worth: Vec<Exact>,
}

/// A change of a level by chance.
#[derive(Clone)]
pub(super) struct Chance {
    pub(super) when: Condition,
    pub(super) issue: usize,
    pub(super) to: u8,
    pub(super) chance: Exact,
}

/// The rules of a case in a world.
pub(super) struct Written {
    pub(super) parties: Vec<Party>,
    pub(super) issues: Vec<Issue>,
    pub(super) worths: Vec<Worth>,
    pub(super) costs: Vec<Cost>,
    pub(super) endings: Vec<Ending>,
    pub(super) chances: Vec<Chance>,
}

/// All numbers of a file by their keys, as the world has them.
#[derive(Default)]
struct Numbers {
    /// By key: the value, and the growth per period.
    known: BTreeMap<String, (Exact, Option<Exact>)>,
    /// How often each key was asked for before a number was added to it.
    times: BTreeMap<String, usize>,
}

impl Numbers {
    /// Files a number; several of the same key are numbered from the second on. Gives the key under which it is filed.
    fn file(&mut self, key: String, value: &DeValue<'_>) -> Result<String, Refused> {
        let times = self.times.entry(key.clone()).or_insert(0);
        *times += 1;
        let key = if *times > 1 { format!("{key}#{times}") } else { key };
        match self.known.insert(key.clone(), number(value)?) {
            None => Ok(key),
            Some(_) => Err(format!("two numbers have the key `{key}`")),
        }
    }

    fn set(&mut self, key: &str, value: Exact) -> Result<(), Refused> {
        let known = self.known.get_mut(key);
        known.ok_or_else(|| format!("unknown judgement `{key}`"))?.0 = value;
        Ok(())
    }

    fn let_time_pass(&mut self, periods: u32) {
        let million = Exact::from(1_000_000);
        for (value, grows) in self.known.values_mut() {
            if let (Some(share), true) = (grows, periods > 0) {
                let grown = Exact::ONE + &*share;
                (0..periods).for_each(|_| *value *= &grown);
                // Growth multiplies digits, so it is rounded to a millionth at the end.
                *value = Exact::from((&*value * &million).round()) / &million;
            }
        }
    }

    fn value(&self, key: &str) -> Exact {
        self.known[key].0.clone()
    }
}

fn read_section<'t>(
    place: &str,
    table: &'t DeTable<'t>,
    read: &[&str],
    passed_over: &[&str],
) -> Result<Fields<'t>, Refused> {
    Fields::of(place, table, read, passed_over)
}

/// The place of a name among others.
fn find<'n>(what: &str, name: &str, mut known: impl Iterator<Item = &'n str>) -> Result<usize, Refused> {
    known
        .position(|candidate| candidate == name)
        .ok_or_else(|| format!("unknown {what} `{name}`"))
}

/// A share of the whole, such as a chance.
fn share(value: Exact, what: &str) -> Result<Exact, Refused> {
    if value < Exact::ZERO || value > Exact::ONE {
        return Err(format!("{what} is not between 0 and 1"));
    }
    Ok(value)
}

/// The sections while they are read: numbers are filed in the order in which the format numbers equal keys (parties,
/// issues, values, costs, endings, chances), and looked up once the world has set them.
pub(super) struct Reader<'t> {
    top: Fields<'t>,
    numbers: Numbers,
    parties: Vec<Party>,
    /// By party: the types written, with the keys of their priors.
    priors: Vec<Vec<(String, Option<String>)>>,
    issues: Vec<Issue>,
    /// By issue: the keys of `noticed`, `false_alarm` and `persists`, where they are written.
    terms: Vec<[Option<String>; 3]>,
}

impl<'t> Reader<'t> {
    pub(super) fn of(table: &'t DeTable<'t>) -> Result<Self, Refused> {
        let read = [
            "parties", "issues", "values", "costs", "endings", "chances", "variants",
        ];
        Ok(Self {
            top: read_section("the case", table, &read, &PASSED_OVER)?,
            numbers: Numbers::default(),
            parties: Vec::new(),
            priors: Vec::new(),
            issues: Vec::new(),
            terms: Vec::new(),
        })
    }

    /// Reads everything in a world.
    pub(super) fn read(mut self, world: &World) -> Result<Written, Refused> {
        let discounts = self.read_parties(world)?;
        self.read_issues()?;
        let worths = self.file_worths()?;
        let costs = self.file_costs()?;
        let endings = self.file_endings()?;
        let chances = self.file_chances()?;
        let held = self.enter(world)?;
        for (party, key) in self.parties.iter_mut().zip(discounts) {
            party.discount = self.numbers.value(&key);
            if party.discount < Exact::ZERO || party.discount >= Exact::ONE {
                return Err(format!(
                    "the discount factor of {} is not from 0 to below 1",
                    party.id
                ));
            }
        }
        for (party, priors) in self.parties.iter_mut().zip(&self.priors) {
            let prior =
                |key: &Option<String>| key.as_ref().map_or(Exact::ZERO, |key| self.numbers.value(key));
            party.types = priors.iter().map(|(of, key)| (of.clone(), prior(key))).collect();
        }
        for (issue, keys) in self.issues.iter_mut().zip(&self.terms) {
            let term = |key: &Option<String>, otherwise: Exact| match key {
                Some(key) => share(self.numbers.value(key), key),
                None => Ok(otherwise),
            };
            issue.noticed = term(&keys[0], Exact::ONE)?;
            issue.false_alarm = term(&keys[1], Exact::ZERO)?;
            issue.persists = term(&keys[2], Exact::ZERO)?;
        }
        self.needs()?;
        let chances = self.chances(chances, &held)?;
        Ok(Written {
            worths: self.worths(worths, world)?,
            costs: self.costs(costs)?,
            endings: self.endings(endings)?,
            chances,
            parties: self.parties,
            issues: self.issues,
        })
    }

    fn party(&self, name: &str) -> Result<usize, Refused> {
        find("party", name, self.parties.iter().map(|party| party.id.as_str()))
    }

    fn issue(&self, name: &str) -> Result<usize, Refused> {
        find("issue", name, self.issues.iter().map(|issue| issue.id.as_str()))
    }

    fn level(&self, issue: usize, name: &str) -> Result<u8, Refused> {
        let levels = self.issues[issue].levels.iter().map(String::as_str);
        Ok(find("level", name, levels)? as u8)
    }

    fn condition(&self, text: Option<&str>) -> Result<Condition, Refused> {
        text.map_or(Ok(Condition::Always(true)), |text| {
            Condition::read(text, &self.issues)
        })
    }

    /// Reads the parties; gives the key of the discount factor of each in the world.
    fn read_parties(&mut self, world: &World) -> Result<Vec<String>, Refused> {
        let mut discounts = Vec::new();
        for (id, table) in self.top.tables("parties")? {
            let place = format!("party `{id}`");
            let fields = read_section(
                &place,
                table,
                &["discount", "pace", "types"],
                &["name", "short", "about"],
            )?;
            let discount = fields
                .get("discount")
                .ok_or(format!("{place}: no discount factor"))?;
            let mut key = self.numbers.file(format!("discount.{id}"), discount)?;
            let (mut types, mut priors) = (Vec::new(), Vec::new());
            for (of, table) in fields.tables("types")? {
                let place = format!("type `{of}` of `{id}`");
                let fields = read_section(&place, table, &["prior", "discount"], &["name", "about"])?;
                let prior = fields.get("prior");
                let prior = prior.map(|prior| self.numbers.file(format!("prior.{id}.{of}"), prior));
                priors.push((of.to_owned(), prior.transpose()?));
                let own = fields.get("discount");
                let own = own.map(|value| self.numbers.file(format!("discount.{id}.{of}"), value));
                types.push((of, own.transpose()?));
            }
            // The first type written, unless the world names one.
            let named = world.types.get(id);
            let taken = match named {
                Some(name) => find("type", name, types.iter().map(|(of, _)| *of))?,
                None => 0,
            };
            let taken = types.into_iter().nth(taken);
            if let Some((_, Some(own))) = &taken {
                key.clone_from(own);
            }
            discounts.push(key);
            self.parties.push(Party {
                id: id.to_owned(),
                discount: Exact::ZERO,
                pace: fields.whole("pace")?,
                of_type: taken.map(|(of, _)| of.to_owned()),
                types: Vec::new(),
            });
            self.priors.push(priors);
        }
        for party in world.types.keys() {
            self.party(party)?;
        }
        Ok(discounts)
    }

    fn read_issues(&mut self) -> Result<(), Refused> {
        for (id, table) in self.top.tables("issues")? {
            let place = format!("issue `{id}`");
            let read = [
                "party",
                "levels",
                "today",
                "moves",
                "needs",
                "remains",
                "noticed",
                "false_alarm",
                "persists",
                "backfill",
                "enforcers",
                "lag",
                "restored",
            ];
            let fields = read_section(&place, table, &read, &["name", "about", "source"])?;
            let owner = fields.needed_text("party")?;
            let levels: Result<Vec<String>, Refused> = fields
                .list("levels")?
                .into_iter()
                .map(|level| match level {
                    DeValue::String(name) => Ok(name.to_string()),
                    _ => Err(format!("{place}: a level is not a text")),
                })
                .collect();
            let levels = levels?;
            if levels.is_empty() || levels.len() > 64 {
                return Err(format!("{place}: 1 to 64 levels are read"));
            }
            let level = |name: &str| find("level", name, levels.iter().map(String::as_str));
            let moves = match owner {
                "nature" => Moves { up: 0, down: 0 },
                _ => moves(&place, fields.get("moves"))?,
            };
            let needs = fields.texts("needs")?;
            if owner == "nature" && !(needs.is_empty() && fields.get("moves").is_none()) {
                return Err(format!("{place}: nature has no `moves` or `needs`"));
            }
            let issue = Issue {
                id: id.to_owned(),
                owner: (owner != "nature").then(|| self.party(owner)).transpose()?,
                today: level(fields.needed_text("today")?)? as u8,
                moves,
                remains: fields
                    .text("remains")?
                    .map(level)
                    .transpose()?
                    .map(|level| level as u8),
                needs: vec![None; levels.len()],
                levels,
                lag: fields.whole("lag")?.unwrap_or(1).max(1),
                restored: fields.whole("restored")?.unwrap_or(0),
                noticed: Exact::ONE,
                false_alarm: Exact::ZERO,
                persists: Exact::ZERO,
            };
            let terms = self.file_terms(id, &fields)?;
            self.terms.push(terms);
            self.issues.push(issue);
        }
        Ok(())
    }

    /// Files the numbers of an issue that matter to plans only: a world may set them too.
    fn file_terms(&mut self, id: &str, fields: &Fields<'_>) -> Result<[Option<String>; 3], Refused> {
        let mut keys: [Option<String>; 3] = [None, None, None];
        for (place, name) in ["noticed", "false_alarm", "persists", "backfill"]
            .into_iter()
            .enumerate()
        {
            if let Some(value) = fields.get(name) {
                let key = self.numbers.file(format!("{name}.{id}"), value)?;
                if let Some(known) = keys.get_mut(place) {
                    *known = Some(key);
                }
            }
        }
        for (party, table) in fields.tables("enforcers")? {
            let place = format!("enforcer `{party}` of `{id}`");
            let read = ["share", "cost", "benefit"];
            let fields = read_section(&place, table, &read, &["periods"])?;
            for name in read {
                if let Some(value) = fields.get(name) {
                    self.numbers
                        .file(format!("enforcers.{id}.{party}.{name}"), value)?;
                }
            }
        }
        Ok(keys)
    }

    fn needs(&mut self) -> Result<(), Refused> {
        for (id, table) in self.top.tables("issues")? {
            let issue = self.issue(id)?;
            let needs = match table.get("needs").map(|value| value.get_ref()) {
                Some(DeValue::Table(needs)) => needs.iter().collect(),
                _ => Vec::new(),
            };
            for (level, need) in needs {
                let level = self.level(issue, level.get_ref())?;
                let DeValue::String(need) = need.get_ref() else {
                    return Err(format!("issue `{id}`: a need is not a condition"));
                };
                let condition = self.condition(Some(need))?;
                self.issues[issue].needs[usize::from(level)] = Some(condition);
            }
        }
        Ok(())
    }

    /// Changes what the world changes; gives the issues that are held at one level.
    fn enter(&mut self, world: &World) -> Result<Vec<usize>, Refused> {
        self.numbers.let_time_pass(world.periods_later);
        let mut held = Vec::new();
        let variants = self.top.tables("variants")?;
        for (id, table) in &variants {
            let read = ["moves", "fixed", "today", "discount", "judgements"];
            let place = format!("variant `{id}`");
            read_section(&place, table, &read, &["name"])?;
        }
        for name in &world.variants {
            let (_, table) = variants[find("variant", name, variants.iter().map(|(id, _)| *id))?];
            let fields = read_section(
                name,
                table,
                &["moves", "fixed", "today", "discount", "judgements"],
                &["name"],
            )?;
            for (issue, movement) in fields.entries("moves")? {
                let issue = self.issue(issue)?;
                self.issues[issue].moves = moves(name, Some(movement))?;
            }
            for (issue, level) in fields.texts("today")? {
                let issue = self.issue(issue)?;
                self.issues[issue].today = self.level(issue, level)?;
            }
            for (issue, level) in fields.texts("fixed")? {
                let issue = self.issue(issue)?;
                self.issues[issue].today = self.level(issue, level)?;
                self.issues[issue].moves = Moves { up: 0, down: 0 };
                held.push(issue);
            }
            for (party, value) in fields.entries("discount")? {
                self.numbers
                    .set(&format!("discount.{party}"), plain_number(value)?)?;
            }
            for (key, value) in fields.entries("judgements")? {
                self.numbers.set(key, plain_number(value)?)?;
            }
        }
        for (key, text) in &world.judgements {
            let value = parse_exact(text).map_err(|error| format!("`{text}`: {error}"))?;
            self.numbers.set(key, value)?;
        }
        Ok(held)
    }
}

/// How many levels per period an issue moves up and down.
fn moves(place: &str, value: Option<&DeValue<'_>>) -> Result<Moves, Refused> {
    const ANY: usize = usize::MAX;
    let (up, down) = match value {
        None => (ANY, ANY),
        Some(DeValue::String(word)) => match word.as_ref() {
            "free" => (ANY, ANY),
            "step" => (1, 1),
            "forward" => (ANY, 0),
            other => return Err(format!("{place}: `{other}` is not a way to move")),
        },
        Some(DeValue::Table(table)) => {
            let fields = read_section(place, table, &["up", "down"], &[])?;
            let speed = |name| fields.whole(name)?.ok_or(format!("{place}: `{name}` is missing"));
            (speed("up")?, speed("down")?)
        }
        Some(_) => return Err(format!("{place}: not a way to move")),
    };
    Ok(Moves { up, down })
}
