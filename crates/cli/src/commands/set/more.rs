//! What else `detente set` can say: settlements, payments, thresholds, renegotiation.

use detente_base::number::{Exact, parse_exact};
use detente_game::Game;
use detente_game::table::{Profile, TableGame, TableState, table_of_game};
use detente_reading::diagnostic::nearest_names;
use detente_sets::renegotiation::{Penance, renegotiation};
use detente_sets::settlements::{Stays, settlements as judge};
use detente_sets::thresholds::{Asked, Said, ScanSettings, scan};
use detente_sets::transfers::solve_paid;
use detente_sets::{Coordinate, SetAnswer, SetLimits};
use serde_json::{Map, Value, json};

use super::{Arguments, Loaded};
use crate::failure::Failure;
use crate::output::{self, counted};
use crate::progress::Terminal;

fn texts(list: &[Exact]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

/// Which states can be stayed in, as JSON and as words.
pub fn settlements(game: &TableGame, answer: &SetAnswer) -> (Value, String) {
    let mut words = String::new();
    let list: Value = judge(game, answer)
        .iter()
        .map(|settlement| {
            let verdict = match settlement.stays {
                Stays::Yes => "self-enforcing",
                Stays::No => "not self-enforcing",
                Stays::Undecided => "undecided",
            };
            if settlement.stays != Stays::No {
                let label = game.label(settlement.state);
                words.push_str(&format!(
                    "State {label} ({}): {verdict}\n",
                    texts(&settlement.payoff).join(", ")
                ));
            }
            json!({
                "state": settlement.state.index(),
                "actions": game.actions_of(settlement.state, settlement.profile),
                "payoff": texts(&settlement.payoff),
                "verdict": verdict,
            })
        })
        .collect();
    (list, words)
}

/// Payoffs with payments.
pub fn transfers(loaded: &Loaded, as_json: bool) -> Result<(), Failure> {
    let game = &loaded.game;
    let paid = solve_paid(game).map_err(|error| Failure::BadCall(error.to_string()))?;
    let mut states = Map::new();
    let mut words = String::from("Payoffs when parties can pay each other, exactly:\n");
    for (s, state) in paid.states.iter().enumerate() {
        let label = game.label(TableState::at(s));
        let value = match state {
            None => {
                words.push_str(&format!("State {label}: no equilibrium in pure strategies\n"));
                Value::Null
            }
            Some(paid) => {
                words.push_str(&format!(
                    "State {label}: joint payoff at most {}, worst ({})\n",
                    paid.joint,
                    texts(&paid.threat).join(", ")
                ));
                json!({
                    "joint": paid.joint.to_string(),
                    "threat": texts(&paid.threat),
                    "actions": game.actions_of(TableState::at(s), paid.action),
                    "vertices": paid.corners().iter().map(|corner| texts(corner)).collect::<Vec<_>>(),
                })
            }
        };
        states.insert(s.to_string(), value);
    }
    if as_json {
        return output::print_json(&json!({
            "kind": "payoffs-with-payments",
            "version": env!("CARGO_PKG_VERSION"),
            "exact": true,
            "world": loaded.world(),
            "kept_up": paid.kept_up,
            "states": states,
        }));
    }
    output::print_text(&loaded.under_line_one(&words))
}

fn number(text: &str, flag: &str) -> Result<Exact, Failure> {
    parse_exact(text).map_err(|error| Failure::BadCall(format!("{flag}: `{text}`: {error}")))
}

fn question(text: &str, parties: usize) -> Result<Asked, Failure> {
    if text == "more" {
        return Ok(Asked::MoreThanOne);
    }
    if let Some(list) = text.strip_prefix("payoff:") {
        let payoff = list
            .split(',')
            .map(|part| number(part, "--ask"))
            .collect::<Result<Vec<_>, _>>()?;
        if payoff.len() == parties {
            return Ok(Asked::Payoff(payoff));
        }
    }
    if let Some((party, least)) = text.strip_prefix("least:").and_then(|rest| rest.split_once(','))
        && let Ok(party) = party.parse::<usize>()
        && party < parties
    {
        return Ok(Asked::AtLeast(party, number(least, "--ask")?));
    }
    Err(Failure::BadCall(format!(
        "--ask: `{text}` is neither more, payoff:X,Y with one number for each of {parties} parties, nor \
         least:PARTY,X with a party from 0"
    )))
}

/// The game at each value of what is scanned.
type Family<'a> = dyn Fn(&Exact) -> Option<TableGame> + 'a;

/// A certified scan.
pub fn threshold(arguments: &Arguments, loaded: &Loaded, text: &str) -> Result<(), Failure> {
    let form = || Failure::BadCall(format!("--threshold: `{text}` is not of the form KEY=LOW..HIGH"));
    let (key, range) = text.rsplit_once('=').ok_or_else(form)?;
    let (low, high) = range.split_once("..").ok_or_else(form)?;
    let settings = ScanSettings {
        range: (number(low, "--threshold")?, number(high, "--threshold")?),
        values: arguments.values,
        width: number(&arguments.width, "--width")?,
        limits: SetLimits {
            steps: arguments.steps,
            gap: arguments.gap,
            ..SetLimits::default()
        },
    };
    let asked = question(&arguments.ask, loaded.game.parties())?;
    let state = arguments.meant(loaded);
    let family: Box<Family> = match &loaded.case {
        _ if key == "discount" => Box::new(|value: &Exact| {
            loaded
                .game
                .with_discount(vec![value.clone(); loaded.game.parties()])
                .ok()
        }),
        Some(case) => {
            let world = arguments.world.world(&case.case)?;
            let Some(id) = case.case.judgement_by_key(key) else {
                let keys = case
                    .case
                    .judgements
                    .iter()
                    .map(|judgement| judgement.key.as_str());
                return Err(Failure::BadCall(format!(
                    "--threshold: unknown judgement `{key}`{}",
                    nearest_names(key, keys.chain(["discount"]))
                )));
            };
            let judgement = case.case.judgement(id);
            let (low, high) = &settings.range;
            let inside = judgement.in_range(low) && judgement.in_range(high);
            if !inside && !arguments.world.beyond_range() {
                return Err(Failure::BadCall(format!(
                    "--threshold: {low} to {high} goes outside the stated range of `{key}`; --beyond-range asks what \
                     would be if it were so"
                )));
            }
            Box::new(move |value: &Exact| {
                let mut world = world.clone();
                world.judgements.insert(key.to_owned(), value.to_string());
                let game = Game::of_case(&case.case, &world).ok()?;
                table_of_game(&game, &case.case.title, arguments.joint_moves).ok()
            })
        }
        None => {
            return Err(Failure::BadCall(format!(
                "--threshold: `{key}`: an explicit game has only `discount`"
            )));
        }
    };
    let watch = Terminal::start(Some(arguments.seconds));
    let found = scan(&*family, state, &asked, &settings, &watch)
        .map_err(|error| Failure::BadCall(error.to_string()))?;
    drop(watch);
    let word = |said: Said| match said {
        Said::Yes => "yes",
        Said::No => "no",
        Said::Undecided => "undecided",
    };
    if arguments.json {
        let end = |(value, said): &(Exact, Said)| json!({ "at": value.to_string(), "answer": word(*said) });
        return output::print_json(&json!({
            "kind": "thresholds",
            "version": env!("CARGO_PKG_VERSION"),
            "parameter": key,
            "question": arguments.ask,
            "state": state.index(),
            "world": loaded.world(),
            "points": found.points.iter().map(end).collect::<Vec<_>>(),
            "changes": found.changes.iter().map(|change| json!({ "below": end(&change.below), "above": end(&change.above) })).collect::<Vec<_>>(),
            "monotone": found.monotone(),
        }));
    }
    let mut words = match found.changes.len() {
        0 => format!(
            "No change was found among {}.\n",
            counted(found.points.len() as u64, "value", "values")
        ),
        1 => "The answer changes once; both ends are proved:\n".to_owned(),
        count => format!("The answer changes {count} times (not monotone); all ends are proved:\n"),
    };
    for change in &found.changes {
        words.push_str(&format!(
            "{} at {key} = {}, {} at {}\n",
            word(change.below.1),
            change.below.0,
            word(change.above.1),
            change.above.0
        ));
    }
    let open = found
        .points
        .iter()
        .filter(|(_, said)| *said == Said::Undecided)
        .count();
    if open > 0 {
        let values = counted(open as u64, "value is", "values are");
        words.push_str(&format!("{values} undecided within the limits.\n"));
    }
    output::print_text(&loaded.under_line_one(&words))
}

/// Whether the snapback of staying at a joint action would be renegotiated away.
pub fn renegotiated(
    game: &TableGame,
    answer: &SetAnswer,
    state: TableState,
    actions: &str,
) -> Result<(Value, String), Failure> {
    let profile = profile_of(game, state, actions)?;
    let set = &answer.states[state.index()];
    let corner = |i: usize| -> Option<[Exact; 2]> {
        let exact = |value: &Coordinate| match value {
            Coordinate::Exact(value) => Some(value.clone()),
            Coordinate::Near(value) => detente_base::number::from_float(*value).ok(),
        };
        let worst = set
            .vertices
            .iter()
            .min_by(|a, b| a[i].to_float().total_cmp(&b[i].to_float()))?;
        Some([exact(&worst[0])?, exact(worst.get(1)?)?])
    };
    let (Some(first), Some(second)) = (corner(0), corner(1)) else {
        return Err(Failure::BadCall(
            "--renegotiation: the state has no equilibrium to snap back to".to_owned(),
        ));
    };
    let snapback = [first, second];
    let found = renegotiation(game, state, profile, &snapback, 60)
        .map_err(|error| Failure::BadCall(format!("--renegotiation: {error}")))?;
    let mut words = String::new();
    for (i, away) in found.renegotiated_away.iter().enumerate() {
        let verdict = if *away {
            "would be renegotiated away: both prefer the deal"
        } else {
            "would be carried out"
        };
        words.push_str(&format!("The worst punishment of party {} {verdict}.\n", i + 1));
    }
    let penance = |penance: &Penance| {
        json!({
            "by": penance.by,
            "actions": game.actions_of(state, penance.profile),
            "periods": penance.periods,
            "values": texts(&penance.values),
        })
    };
    let penances = match &found.penances {
        Some(list) => {
            for one in list {
                words.push_str(&format!(
                    "Penance of party {}: {} {} of {:?}, worth ({})\n",
                    one.by + 1,
                    one.periods,
                    if one.periods == 1 { "period" } else { "periods" },
                    game.actions_of(state, one.profile),
                    texts(&one.values).join(", ")
                ));
            }
            list.iter().map(penance).collect()
        }
        None => {
            words.push_str("No penance that nobody wants to skip was found.\n");
            Value::Null
        }
    };
    let value = json!({
        "state": state.index(),
        "deal": texts(&found.deal),
        "snapback": snapback.iter().map(|z| texts(z)).collect::<Vec<_>>(),
        "renegotiated_away": found.renegotiated_away,
        "penances": penances,
    });
    Ok((value, words))
}

fn profile_of(game: &TableGame, state: TableState, text: &str) -> Result<Profile, Failure> {
    let wrong = || {
        Failure::BadCall(format!(
            "--renegotiation: `{text}` is not a joint action of this state"
        ))
    };
    let actions = text
        .split(',')
        .map(|part| part.trim().parse::<usize>().map_err(|_| wrong()))
        .collect::<Result<Vec<_>, _>>()?;
    game.profiles(state)
        .find(|profile| game.actions_of(state, *profile) == actions)
        .ok_or_else(wrong)
}
