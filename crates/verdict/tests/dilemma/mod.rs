//! A prisoners' dilemma as a case: temptation 3, reward 2 and punishment 1 for each of two who may arm.

/// The case, with One's discount factor, One's reward, and what else stands in it.
pub fn text(discount: &str, reward: &str, more: &str) -> String {
    let case = CASE.replace("DISCOUNT", discount).replace("REWARD", reward);
    case + more
}

const CASE: &str = r#"
[case]
title = "Two who may arm"
period = "a year"
target = "a = held and b = held"
[parties.one]
name = "One"
discount = DISCOUNT
[parties.two]
name = "Two"
discount = 0.6
[issues.a]
party = "one"
name = "arms of One"
levels = ["armed", "held"]
today = "armed"
moves = "free"
[issues.b]
party = "two"
name = "arms of Two"
levels = ["armed", "held"]
today = "armed"
moves = "free"
[[values]]
party = "one"
when = "a = armed and b = held"
worth = { low = 2, likely = 3, high = 5 }
about = "to be the only one armed"
[[values]]
party = "one"
when = "a = held and b = held"
worth = REWARD
about = "that both hold back"
[[values]]
party = "one"
when = "a = armed and b = armed"
worth = 1
[[values]]
party = "two"
when = "b = armed and a = held"
worth = 3
[[values]]
party = "two"
when = "a = held and b = held"
worth = 2
[[values]]
party = "two"
when = "a = armed and b = armed"
worth = 1
"#;
