//! Normal-form games in Gambit's `.nfg` text form, played for ever with a discount factor.
//!
//! Both published variants are read: the payoff form (all payoffs in a row, first player's strategy moving
//! fastest) and the outcome form (a list of outcomes, then one outcome number for every cell, 0 for none).

use super::game::{ProfileParts, StateParts, TableGame, TableProblem, problem};
use detente_base::number::{Exact, parse_exact};

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Open,
    Close,
    Text(String),
    Word(String),
}

/// The tokens of a text, each with the byte at which it starts. A byte order mark at the start is passed over.
fn tokens(text: &str) -> Result<Vec<(usize, Token)>, String> {
    let mut list = Vec::new();
    let mut rest = text.char_indices().peekable();
    rest.next_if(|(_, letter)| *letter == '\u{feff}');
    while let Some((at, letter)) = rest.next() {
        let mut push = |token: Token| list.push((at, token));
        match letter {
            '{' => push(Token::Open),
            '}' => push(Token::Close),
            '"' => {
                let mut inside = String::new();
                let mut closed = false;
                while let Some((_, letter)) = rest.next() {
                    match letter {
                        '"' => {
                            closed = true;
                            break;
                        }
                        '\\' => inside.extend(rest.next().map(|(_, letter)| letter)),
                        other => inside.push(other),
                    }
                }
                if !closed {
                    return Err(format!(
                        "the quoted text that starts in {} has no end",
                        place(text, at)
                    ));
                }
                push(Token::Text(inside));
            }
            letter if letter.is_whitespace() || letter == ',' => {}
            letter => {
                let mut word = letter.to_string();
                while let Some((_, letter)) = rest.peek() {
                    if letter.is_whitespace() || matches!(letter, '{' | '}' | '"' | ',') {
                        break;
                    }
                    word.push(*letter);
                    rest.next();
                }
                push(Token::Word(word));
            }
        }
    }
    Ok(list)
}

/// The line and the column of a byte, from 1.
fn place(text: &str, byte: usize) -> String {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or("")
        .trim_start_matches('\u{feff}')
        .chars()
        .count()
        + 1;
    format!("line {line}, column {column}")
}

struct Reader {
    list: Vec<(usize, Token)>,
    at: usize,
}

impl Reader {
    fn next(&mut self) -> Option<Token> {
        self.at += 1;
        self.list.get(self.at - 1).map(|(_, token)| token.clone())
    }

    fn peek(&self) -> Option<&Token> {
        self.list.get(self.at).map(|(_, token)| token)
    }

    /// Refuses whatever is left.
    fn end(&self, text: &str) -> Result<(), String> {
        let Some((at, token)) = self.list.get(self.at) else {
            return Ok(());
        };
        let shown = match token {
            Token::Open => "{".to_owned(),
            Token::Close => "}".to_owned(),
            Token::Text(inside) => format!("\"{inside}\""),
            Token::Word(word) => word.clone(),
        };
        Err(format!(
            "{}: unexpected `{}` after the last payoff; a .nfg file ends there",
            place(text, *at),
            detente_reading::foreign::shown(&shown)
        ))
    }

    fn open(&mut self, what: &str) -> Result<(), String> {
        if self.next() == Some(Token::Open) {
            Ok(())
        } else {
            Err(format!("`{{` is missing before {what}"))
        }
    }
}

/// Reads a `.nfg` game as a repeated game with these discount factors (one for all, or one for each player).
///
/// # Errors
/// What is wrong with the text.
pub fn read_nfg(text: &str, discount: &[Exact]) -> Result<TableGame, Vec<TableProblem>> {
    let parsed = parse(text).map_err(|message| vec![problem("nfg", message)])?;
    let discount = match discount {
        [one] => vec![one.clone(); parsed.counts.len()],
        many => many.to_vec(),
    };
    let profiles = parsed
        .cells
        .into_iter()
        .map(|payoffs| ProfileParts {
            payoffs,
            next: vec![(0, Exact::ONE)],
            on_path: true,
        })
        .collect();
    let state = StateParts {
        label: "0".to_owned(),
        actions: parsed.counts,
        profiles,
    };
    TableGame::new(&parsed.title, "read from .nfg", discount, vec![state])
}

struct Parsed {
    title: String,
    counts: Vec<usize>,
    cells: Vec<Vec<Exact>>,
}

fn parse(text: &str) -> Result<Parsed, String> {
    let mut reader = Reader {
        list: tokens(text)?,
        at: 0,
    };
    for expected in ["NFG", "1"] {
        if reader.next() != Some(Token::Word(expected.to_owned())) {
            return Err("the text must start with `NFG 1 R` or `NFG 1 D`".to_owned());
        }
    }
    reader.next();
    let Some(Token::Text(title)) = reader.next() else {
        return Err("the title in quotes is missing".to_owned());
    };
    reader.open("the players")?;
    let mut players = 0usize;
    while let Some(Token::Text(_)) = reader.next() {
        players += 1;
    }
    let counts = read_counts(&mut reader, players)?;
    if let Some(Token::Text(_)) = reader.peek() {
        reader.next();
    }
    let joint = counts
        .iter()
        .try_fold(1usize, |product, count| product.checked_mul(*count));
    let joint = joint
        .filter(|joint| *joint <= super::game::MOST_PROFILES)
        .ok_or("there are too many strategies")?;
    let cells = if reader.peek() == Some(&Token::Open) {
        read_outcomes(&mut reader, players, joint)?
    } else {
        let numbers = read_numbers(&mut reader)?;
        if Some(numbers.len()) != joint.checked_mul(players) {
            return Err(format!(
                "{} payoffs are given for {joint} cells of {players} players",
                numbers.len()
            ));
        }
        numbers.chunks(players).map(<[Exact]>::to_vec).collect()
    };
    reader.end(text)?;
    Ok(Parsed { title, counts, cells })
}

fn read_counts(reader: &mut Reader, players: usize) -> Result<Vec<usize>, String> {
    if players == 0 {
        return Err("no player is named".to_owned());
    }
    reader.open("the strategies")?;
    let mut counts = Vec::new();
    loop {
        match reader.next() {
            Some(Token::Word(word)) => {
                counts.push(
                    word.parse::<usize>()
                        .map_err(|_| format!("`{word}` is not a number of strategies"))?,
                );
            }
            Some(Token::Open) => {
                let mut count = 0;
                while let Some(Token::Text(_)) = reader.next() {
                    count += 1;
                }
                counts.push(count);
            }
            Some(Token::Close) => break,
            _ => return Err("the list of strategies has no end".to_owned()),
        }
    }
    if counts.len() != players || counts.contains(&0) {
        return Err(format!(
            "strategies of {} players are given, {players} are named",
            counts.len()
        ));
    }
    Ok(counts)
}

fn read_numbers(reader: &mut Reader) -> Result<Vec<Exact>, String> {
    let mut numbers = Vec::new();
    while let Some(Token::Word(word)) = reader.peek() {
        numbers.push(parse_exact(word).map_err(|error| format!("`{word}`: {error}"))?);
        reader.next();
    }
    Ok(numbers)
}

fn read_outcomes(reader: &mut Reader, players: usize, joint: usize) -> Result<Vec<Vec<Exact>>, String> {
    reader.open("the outcomes")?;
    let mut outcomes = vec![vec![Exact::ZERO; players]];
    loop {
        match reader.next() {
            Some(Token::Open) => {
                if let Some(Token::Text(_)) = reader.peek() {
                    reader.next();
                }
                let payoffs = read_numbers(reader)?;
                if payoffs.len() != players || reader.next() != Some(Token::Close) {
                    return Err(format!(
                        "outcome {} does not have {players} payoffs",
                        outcomes.len()
                    ));
                }
                outcomes.push(payoffs);
            }
            Some(Token::Close) => break,
            _ => return Err("the list of outcomes has no end".to_owned()),
        }
    }
    let mut cells = Vec::with_capacity(joint);
    while let Some(Token::Word(word)) = reader.peek().cloned() {
        reader.next();
        let outcome = word.parse::<usize>().ok().and_then(|index| outcomes.get(index));
        cells.push(
            outcome
                .ok_or_else(|| format!("there is no outcome `{word}`"))?
                .clone(),
        );
    }
    if cells.len() == joint {
        Ok(cells)
    } else {
        Err(format!("{} cells are given, {joint} are needed", cells.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_give_the_same_game() {
        let payoffs = "NFG 1 R \"pd\" { \"A\" \"B\" }\n{ 2 2 }\n9 9 10 1 1 10 3 3";
        let outcomes = "NFG 1 R \"pd\" { \"A\" \"B\" } { { \"c\" \"d\" } { \"c\" \"d\" } } \"comment\"
            { { \"\" 9, 9 } { \"\" 10, 1 } { \"\" 1, 10 } { \"\" 3, 3 } } 1 2 3 4";
        let half = [Exact::from_parts(1.into(), 2u8.into())];
        assert_eq!(read_nfg(payoffs, &half), read_nfg(outcomes, &half));
    }

    #[test]
    fn what_follows_the_last_payoff_is_refused_with_its_place() {
        let half = [Exact::from_parts(1.into(), 2u8.into())];
        let game = "\u{feff}NFG 1 R \"ref\" { \"A\" \"B\" } { 2 3 }\n1 0 3 2  0 5 4 1  2 2 6 0\n";
        assert!(read_nfg(game, &half).is_ok(), "a byte order mark is passed over");
        let outcomes = "NFG 1 R \"pd\" { \"A\" } { 1 } { { \"\" 9 } } 1 ";
        assert!(read_nfg(outcomes, &half).is_ok());
        for (text, junk, line) in [
            (game, "{ \"x\" 1 2 }", "line 3, column 1"),
            (game, "\"junk\" {{{ 5", "line 3, column 1"),
            (game, "}", "line 3, column 1"),
            (outcomes, "} ", "line 1, column 43"),
            (outcomes, "\"x\"", "line 1, column 43"),
        ] {
            let problems = read_nfg(&format!("{text}{junk}"), &half).expect_err(junk);
            let told = problems[0].to_string();
            assert!(
                told.contains("after the last payoff") && told.contains(line),
                "{told}"
            );
        }
    }

    #[test]
    fn no_text_panics() {
        for text in [
            "",
            "NFG",
            "NFG 1 R \"",
            "NFG 1 R \"t\" { \"a\" } { 99999999999999 } 1",
            "NFG 1 R \"\" {} {}",
        ] {
            assert!(read_nfg(text, &[Exact::ZERO]).is_err());
        }
    }
}
