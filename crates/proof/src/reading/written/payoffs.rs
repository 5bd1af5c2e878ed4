//! What a case says of payoffs and of what nobody decides: values, costs, endings and chances.
//!
//! Each kind is gone through twice, as the file's numbers have keys before a world moves them: once to name its numbers in
//! the order of the file, once to read them as they are in the world.

use detente_base::number::Exact;
use detente_case::World;

use super::{Chance, Cost, Ending, Reader, Worth, read_section, share};
use crate::reading::condition::Condition;
use crate::reading::fields::{Fields, Refused};

impl<'t> Reader<'t> {
    /// The values as written, with the keys of their numbers.
    pub(super) fn file_worths(&mut self) -> Result<Vec<(Fields<'t>, Vec<String>)>, Refused> {
        let mut filed = Vec::new();
        for table in self.top.list_of_tables("values")? {
            let read = ["party", "type", "when", "worth", "issue", "levels"];
            let fields = read_section("a value", table, &read, &["about", "because", "source"])?;
            let party = fields.needed_text("party")?;
            let owner = match fields.text("type")? {
                Some(of) => format!("{party}.{of}"),
                None => party.to_owned(),
            };
            let keys = match (fields.text("when")?, fields.get("worth"), fields.text("issue")?) {
                (Some(when), Some(worth), None) => {
                    let words: Vec<&str> = when.split_whitespace().collect();
                    let key = format!("worth.{owner}.[{}]", words.join(" "));
                    vec![self.numbers.file(key, worth)?]
                }
                (None, None, Some(issue)) => {
                    let levels = fields.entries("levels")?.into_iter();
                    levels
                        .map(|(level, value)| {
                            self.numbers.file(format!("worth.{owner}.{issue}.{level}"), value)
                        })
                        .collect::<Result<_, _>>()?
                }
                _ => return Err("a value has either `when` with `worth`, or `issue` with `levels`".into()),
            };
            filed.push((fields, keys));
        }
        Ok(filed)
    }

    pub(super) fn worths(
        &self,
        filed: Vec<(Fields<'t>, Vec<String>)>,
        world: &World,
    ) -> Result<Vec<Worth>, Refused> {
        debug_assert!(world.types.len() <= self.parties.len(), "types were looked up");
        let mut worths = Vec::new();
        for (fields, keys) in filed {
            let party = self.party(fields.needed_text("party")?)?;
            let of = fields.text("type")?;
            if of.is_some() && of != self.parties[party].of_type.as_deref() {
                continue;
            }
            if let Some(when) = fields.text("when")? {
                let (when, worth) = (self.condition(Some(when))?, self.numbers.value(&keys[0]));
                worths.push(Worth { party, when, worth });
                continue;
            }
            let issue = self.issue(fields.needed_text("issue")?)?;
            for ((level, _), key) in fields.entries("levels")?.into_iter().zip(keys) {
                let when = Condition::Among(issue, 1 << self.level(issue, level)?);
                let worth = self.numbers.value(&key);
                worths.push(Worth { party, when, worth });
            }
        }
        Ok(worths)
    }

    pub(super) fn file_costs(&mut self) -> Result<Vec<(Fields<'t>, String)>, Refused> {
        let mut filed = Vec::new();
        for table in self.top.list_of_tables("costs")? {
            let fields = read_section(
                "a cost",
                table,
                &["party", "issue", "to", "direction", "cost"],
                &["about"],
            )?;
            let (party, issue) = (fields.needed_text("party")?, fields.needed_text("issue")?);
            let suffix = fields.text("to")?.or(fields.text("direction")?).unwrap_or("any");
            let cost = fields.get("cost").ok_or("a cost: `cost` is missing")?;
            let key = self
                .numbers
                .file(format!("cost.{party}.{issue}.{suffix}"), cost)?;
            filed.push((fields, key));
        }
        Ok(filed)
    }

    pub(super) fn costs(&self, filed: Vec<(Fields<'t>, String)>) -> Result<Vec<Cost>, Refused> {
        let cost = |(fields, key): (Fields<'t>, String)| {
            let issue = self.issue(fields.needed_text("issue")?)?;
            let (up, down) = match fields.text("direction")? {
                None => (true, true),
                Some("up") => (true, false),
                Some("down") => (false, true),
                Some(other) => return Err(format!("`{other}` is not a direction")),
            };
            Ok(Cost {
                payer: self.party(fields.needed_text("party")?)?,
                issue,
                to: fields
                    .text("to")?
                    .map(|level| self.level(issue, level))
                    .transpose()?,
                up,
                down,
                cost: self.numbers.value(&key),
            })
        };
        filed.into_iter().map(cost).collect()
    }

    pub(super) fn file_endings(
        &mut self,
    ) -> Result<Vec<(Fields<'t>, String, Vec<(&'t str, String)>)>, Refused> {
        let mut filed = Vec::new();
        for table in self.top.list_of_tables("endings")? {
            let fields = read_section("an ending", table, &["name", "when", "chance", "worth"], &[])?;
            let name = fields.needed_text("name")?;
            let chance = fields.get("chance").ok_or("an ending: `chance` is missing")?;
            let chance = self.numbers.file(format!("chance.[{name}]"), chance)?;
            let worth = fields.entries("worth")?.into_iter();
            let worth: Result<Vec<_>, Refused> = worth
                .map(|(party, value)| {
                    Ok((
                        party,
                        self.numbers.file(format!("ending.{party}.[{name}]"), value)?,
                    ))
                })
                .collect();
            filed.push((fields, chance, worth?));
        }
        Ok(filed)
    }

    pub(super) fn endings(
        &self,
        filed: Vec<(Fields<'t>, String, Vec<(&'t str, String)>)>,
    ) -> Result<Vec<Ending>, Refused> {
        let ending = |(fields, chance, keys): (Fields<'t>, String, Vec<(&'t str, String)>)| {
            let mut worth = vec![Exact::ZERO; self.parties.len()];
            for (party, key) in keys {
                worth[self.party(party)?] = self.numbers.value(&key);
            }
            Ok(Ending {
                when: self.condition(fields.text("when")?)?,
                chance: share(self.numbers.value(&chance), "the chance of an ending")?,
                worth,
            })
        };
        filed.into_iter().map(ending).collect()
    }

    pub(super) fn file_chances(&mut self) -> Result<Vec<(Fields<'t>, String)>, Refused> {
        let mut filed = Vec::new();
        for table in self.top.list_of_tables("chances")? {
            let fields = read_section("a chance", table, &["name", "when", "issue", "to", "chance"], &[])?;
            let chance = fields.get("chance").ok_or("a chance: `chance` is missing")?;
            let key = format!("chance.[{}]", fields.needed_text("name")?);
            let key = self.numbers.file(key, chance)?;
            filed.push((fields, key));
        }
        Ok(filed)
    }

    /// The chances, but for those of issues that a variant holds at one level.
    pub(super) fn chances(
        &self,
        filed: Vec<(Fields<'t>, String)>,
        held: &[usize],
    ) -> Result<Vec<Chance>, Refused> {
        let mut chances = Vec::new();
        for (fields, key) in filed {
            let issue = self.issue(fields.needed_text("issue")?)?;
            if held.contains(&issue) {
                continue;
            }
            chances.push(Chance {
                when: self.condition(fields.text("when")?)?,
                issue,
                to: self.level(issue, fields.needed_text("to")?)?,
                chance: share(self.numbers.value(&key), "the chance of a change")?,
            });
        }
        Ok(chances)
    }
}
