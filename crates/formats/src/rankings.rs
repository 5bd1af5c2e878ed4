//! States and rankings as CSV: one row a state, with its levels and each party's rank (1 is best, equal
//! numbers tie). Read back, the columns `rank.PARTY` replace the parties' rankings; nothing else is read.

use detente_conflict::{GraphModel, PartyId, Preference, Problem, Problems, Ranking, StateId, nearest};

/// Writes the states and rankings, with what was lost.
#[must_use]
pub fn write(model: &GraphModel) -> (String, Vec<Problem>) {
    let mut problems = Problems::default();
    let mut rows = Vec::new();
    let mut head = vec!["state".to_owned(), "name".to_owned()];
    head.extend(model.issues().iter().map(|issue| issue.id.clone()));
    for party in model.party_ids() {
        let id = &model.party(party).id;
        let preference = model.preference(party);
        match preference.ranking() {
            Some(_) => head.push(format!("rank.{id}")),
            None => problems.warn(
                format!("rank.{id}"),
                "unknown or intransitive preferences have no ranks",
                "left out",
            ),
        }
        if preference.has_strength() {
            problems.warn(format!("rank.{id}"), "which preferences are strong is lost", "");
        }
    }
    rows.push(head);
    for state in model.states().iter() {
        let mut row = vec![model.states().id(state), model.words(state)];
        let levels = model.issues().iter().zip(model.states().vector(state));
        row.extend(levels.map(|(issue, level)| issue.levels[usize::from(*level)].clone()));
        for party in model.party_ids() {
            if let Some(ranking) = model.preference(party).ranking() {
                row.push((ranking.levels() as u32 - ranking.rank(state)).to_string());
            }
        }
        rows.push(row);
    }
    if model.states().any_merged() {
        problems.warn("states", "of a merged state only the first vector is written", "");
    }
    for (place, there) in [
        ("attitudes", model.attitudes().is_some()),
        ("misperceptions", !model.misperceptions().is_empty()),
    ] {
        if there {
            problems.warn(place, "states and rankings do not hold them", "left out");
        }
    }
    let lines = rows
        .iter()
        .map(|row| row.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(","));
    let text = lines.map(|line| line + "\r\n").collect();
    (text, problems.into_found())
}

fn quoted(cell: &str) -> String {
    match cell.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    }
}

/// The conflict with the rankings of a CSV text in place of its own.
///
/// # Errors
/// Everything that is wrong with the text.
pub fn read(model: &GraphModel, text: &str) -> Result<GraphModel, Vec<Problem>> {
    let mut problems = Problems::default();
    let rows = cells(text);
    let Some((head, rows)) = rows.split_first() else {
        problems.error("line 1", "there is no head line", "state,rank.PARTY,…");
        return Err(problems.into_found());
    };
    let Some(state_column) = head.iter().position(|name| name == "state") else {
        problems.error("line 1", "no column is called state", "state,rank.PARTY,…");
        return Err(problems.into_found());
    };
    let mut columns: Vec<(PartyId, usize)> = Vec::new();
    for (column, name) in head.iter().enumerate() {
        let Some(id) = name.strip_prefix("rank.") else {
            continue;
        };
        match model.party_by_id(id) {
            Some(party) => columns.push((party, column)),
            None => {
                let hint = nearest(id, model.parties().iter().map(|party| party.id.as_str()));
                problems.error("line 1", format!("there is no party \"{id}\""), hint);
            }
        }
    }
    if columns.is_empty() {
        problems.error("line 1", "no column gives ranks", "call it rank.PARTY");
    }
    let mut ranks: Vec<Vec<Option<u32>>> = vec![vec![None; model.states().count()]; columns.len()];
    for (line, row) in rows.iter().enumerate() {
        let place = format!("row {}", line + 2);
        let id = row.get(state_column).map_or("", String::as_str);
        let Some(state) = model.states().by_id(id) else {
            problems.error(place, format!("there is no state \"{id}\""), "");
            continue;
        };
        for ((_, column), ranks) in columns.iter().zip(&mut ranks) {
            let cell = row.get(*column).map_or("", |cell| cell.trim());
            match cell.parse::<u32>() {
                Ok(_) if ranks[state.index()].is_some() => {
                    problems.error(&place, format!("\"{id}\" is ranked twice"), "keep one row");
                }
                Ok(rank) => ranks[state.index()] = Some(rank),
                Err(_) => problems.error(
                    &place,
                    format!("\"{cell}\" is not a rank"),
                    "a whole number, 1 is best",
                ),
            }
        }
    }
    let mut changed = model.clone();
    for ((party, column), ranks) in columns.iter().zip(&ranks) {
        if let Some(state) = ranks.iter().position(Option::is_none) {
            let id = model.states().id(StateId::at(state));
            problems.error(
                &head[*column],
                format!("\"{id}\" has no rank"),
                "rank every state",
            );
            continue;
        }
        let worths: Vec<_> = ranks
            .iter()
            .map(|rank| std::cmp::Reverse(rank.unwrap_or(0)))
            .collect();
        changed = changed.with_preference(*party, Preference::Ranked(Ranking::by_worth(&worths)));
    }
    match problems.any_error() {
        true => Err(problems.into_found()),
        false => Ok(changed),
    }
}

/// The cells of a CSV text (RFC 4180: quotes around a cell, doubled within it). Empty lines are skipped.
fn cells(text: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut cell = String::new();
    let mut within_quotes = false;
    let mut characters = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(character) = characters.next() {
        match (within_quotes, character) {
            (true, '"') if characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            (_, '"') => within_quotes = !within_quotes,
            (false, ',') => row.push(std::mem::take(&mut cell)),
            (false, '\r') => {}
            (false, '\n') => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            (_, other) => cell.push(other),
        }
    }
    row.push(cell);
    rows.push(row);
    rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
    rows
}
