//! Deadlines out: an iCalendar feed (RFC 5545 VTODO; feed metadata by RFC 7986).

use detente_reading::foreign::shown_lines;

use crate::status::{CommitmentStatus, Headline, Status};

/// The feed of a status: every commitment with a last day, and every running clock.
#[must_use]
pub fn calendar(status: &Status, stamp: &str) -> String {
    let mut out = String::new();
    let mut line = |text: &str| fold(&mut out, text);
    line("BEGIN:VCALENDAR");
    line("VERSION:2.0");
    line("PRODID:-//Detente//Ledger//EN");
    line(&format!("NAME:{}", escape(&status.title)));
    line(&format!("X-WR-CALNAME:{}", escape(&status.title)));
    let stamp = stamp_of(stamp);
    for own in &status.commitments {
        let Some(day) = &own.last_day else { continue };
        line("BEGIN:VTODO");
        line(&format!(
            "UID:{}@{}",
            escape(&own.id),
            &status.text_hash[..16.min(status.text_hash.len())]
        ));
        line(&format!("DTSTAMP:{stamp}"));
        line(&format!(
            "SUMMARY:{}",
            escape(&format!("{} {} ({})", own.id, own.title, own.by.join(", ")))
        ));
        line(&format!("DESCRIPTION:{}", escape(&description(own))));
        line(&format!("DUE;VALUE=DATE:{}", compact(day)));
        line(&format!("STATUS:{}", state(own.headline)));
        if own.headline == Headline::Fulfilled || own.headline == Headline::FulfilledLate {
            line("PERCENT-COMPLETE:100");
        }
        line("END:VTODO");
    }
    for own in &status.snapbacks {
        let (Some(day), Headline::Running) = (&own.last_day, own.headline) else {
            continue;
        };
        let event = own.event.clone().unwrap_or_default();
        line("BEGIN:VTODO");
        line(&format!(
            "UID:{}-{}@{}",
            escape(&own.id),
            escape(&event),
            &status.text_hash[..16.min(status.text_hash.len())]
        ));
        line(&format!("DTSTAMP:{stamp}"));
        line(&format!(
            "SUMMARY:{}",
            escape(&format!("Last day of the clock: {}", own.title))
        ));
        line(&format!("DESCRIPTION:{}", escape(&own.label)));
        line(&format!("DUE;VALUE=DATE:{}", compact(day)));
        line("STATUS:NEEDS-ACTION");
        line("END:VTODO");
    }
    for dispute in &status.disputes {
        for stage in dispute.stages.iter().filter(|stage| stage.state == "running") {
            let Some(day) = &stage.last_day else { continue };
            let uid = format!("{}-{}-{}", dispute.procedure, dispute.event, stage.id);
            line("BEGIN:VTODO");
            line(&format!(
                "UID:{}@{}",
                escape(&uid),
                &status.text_hash[..16.min(status.text_hash.len())]
            ));
            line(&format!("DTSTAMP:{stamp}"));
            line(&format!(
                "SUMMARY:{}",
                escape(&format!("Dispute {}: {} ends", dispute.event, stage.title))
            ));
            line(&format!("DUE;VALUE=DATE:{}", compact(day)));
            for about in &dispute.about {
                line(&format!(
                    "RELATED-TO:{}@{}",
                    escape(about),
                    &status.text_hash[..16.min(status.text_hash.len())]
                ));
            }
            line("STATUS:IN-PROCESS");
            line("END:VTODO");
        }
    }
    line("END:VCALENDAR");
    out
}

fn description(own: &CommitmentStatus) -> String {
    let because: Vec<String> = own
        .because
        .iter()
        .map(|because| format!("{} ({})", because.rule, because.fact))
        .collect();
    format!("{}. {}", own.label, because.join("; "))
}

fn state(headline: Headline) -> &'static str {
    match headline {
        Headline::Fulfilled | Headline::FulfilledLate | Headline::Cured | Headline::ExpiredKept => {
            "COMPLETED"
        }
        Headline::Terminated | Headline::Waived | Headline::Superseded | Headline::Reversed => "CANCELLED",
        Headline::Claimed | Headline::Disputed | Headline::Suspended => "IN-PROCESS",
        _ => "NEEDS-ACTION",
    }
}

fn compact(day: &str) -> String {
    day.chars().filter(char::is_ascii_digit).collect()
}

/// `2007-04-14T16:00:00.25Z` as `20070414T160000Z`.
fn stamp_of(stamp: &str) -> String {
    let whole = stamp.split(['.', 'Z']).next().unwrap_or(stamp);
    let mut out: String = whole.chars().filter(char::is_ascii_alphanumeric).collect();
    out.push('Z');
    out
}

/// A value of type TEXT (RFC 5545, section 3.3.11). Others wrote most of it: what is not seen is shown as what it is.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in shown_lines(text).chars() {
        match letter {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(letter);
            }
            '\n' => out.push_str("\\n"),
            letter => out.push(letter),
        }
    }
    out
}

/// Content lines end in CRLF and are folded at 75 bytes.
fn fold(out: &mut String, text: &str) {
    let mut length = 0;
    for letter in text.chars() {
        if length + letter.len_utf8() > 75 {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(letter);
        length += letter.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of type TEXT: what is written, and its line.
    #[test]
    fn texts_are_escaped_and_nothing_is_hidden_in_them() {
        for (text, expected) in [
            ("a, b; c\\d", "a\\, b\\; c\\\\d"),
            ("two\nlines", "two\\nlines"),
            ("END:VTODO\r\nBEGIN:VALARM", "END:VTODO\\\\r\\nBEGIN:VALARM"),
            (
                "\u{202e}x\u{200b}\u{1b}[2J",
                "\\\\u{202e}x\\\\u{200b}\\\\u{1b}[2J",
            ),
            ("\u{2028}é 漢", "\\\\u{2028}é 漢"),
        ] {
            assert_eq!(escape(text), expected);
        }
        let mut out = String::new();
        fold(&mut out, &format!("SUMMARY:{}", "é".repeat(100)));
        assert!(out.split_terminator("\r\n").all(|line| line.len() <= 75), "{out}");
        assert_eq!(
            out.replace("\r\n ", "").trim_end(),
            format!("SUMMARY:{}", "é".repeat(100))
        );
    }
}
