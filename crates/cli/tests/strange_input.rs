//! Big and strange files: a clear error each, exit 1, nothing written. Made here, because nobody wants to keep them.

mod program;

use program::detente;

/// A case that checks clean, with `discount` and one more line for the issue.
fn case(discount: &str, line: &str) -> String {
    format!(
        "[case]\ntitle = \"t\"\nperiod = \"p\"\n[parties.a]\nname = \"A\"\ndiscount = {discount}\n\
         [issues.x]\nparty = \"a\"\nname = \"x\"\nlevels = [\"low\", \"high\"]\ntoday = \"low\"\n{line}\n"
    )
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

fn many_states() -> String {
    let issue = |index: usize| {
        format!(
            "[issues.x{index}]\nparty = \"a\"\nname = \"x\"\nlevels = [\"a\", \"b\", \"c\"]\ntoday = \"a\"\n"
        )
    };
    case("0.9", "") + &(0..40).map(issue).collect::<String>()
}

/// The name of a file, its bytes, the number of errors, and what one of them says.
type Strange = (&'static str, Vec<u8>, usize, &'static str);

fn long_ones() -> Vec<Strange> {
    let million = |line: &str| line.repeat(1_000_000).into_bytes();
    let many = |line: &str| line.repeat(100_000).into_bytes();
    let digits = "1".repeat(10_000);
    let text = |text: String| text.into_bytes();
    vec![
        (
            "digits",
            text(case(&format!("0.{digits}"), "")),
            1,
            "at most 64 are read",
        ),
        (
            "digits-whole",
            text(case("0.9", &format!("lag = {digits}"))),
            1,
            "a whole number from 0",
        ),
        (
            "digits-exponent",
            text(case(&format!("1e{digits}"), "")),
            1,
            "at most 64 are read",
        ),
        (
            "digits-in-quotes",
            text(case(&format!("\"1/{digits}\""), "")),
            1,
            "at most 64 are read",
        ),
        (
            "lines-of-one-field",
            million("x = 1\n"),
            1,
            "`x` is written twice",
        ),
        (
            "lines-of-prose",
            million("hello there\n"),
            1,
            "this line has no `=`",
        ),
        (
            "lines-of-open-lists",
            many("x = [\n"),
            1,
            "this list is never closed",
        ),
        (
            "lines-of-sections",
            many("[a]\n"),
            1,
            "the section `a` is written twice",
        ),
        (
            "lines-of-values",
            [case("0.9", "").into_bytes(), many("[[values]]\n")].concat(),
            1,
            "are too many; at most 10000 are read",
        ),
        (
            "lines-behind-a-case",
            [case("0.9", "").into_bytes(), million("hello\n")].concat(),
            1_000_000,
            "this line has no `=`",
        ),
        (
            "large",
            text(case("0.9", "") + &"# nothing\n".repeat(2_000_000)),
            1,
            "a case has at most 16777216",
        ),
        (
            "states",
            text(many_states()),
            1,
            "states; at most 16000000 are handled",
        ),
    ]
}

fn odd_ones() -> Vec<Strange> {
    let clean = case("0.9", "");
    let text = |text: String| text.into_bytes();
    let marked = format!("\u{feff}{clean}");
    vec![
        ("nul-only", vec![0; 10_000], 1, "full of NUL bytes"),
        (
            "nul-inside",
            text(clean.replace("\"A\"", "\"A\0B\"")),
            1,
            "there is a NUL byte in this line",
        ),
        (
            "nul-in-a-comment",
            text(clean.replace("[issues", "# \0\n[issues")),
            1,
            "there is a NUL byte in this line",
        ),
        (
            "utf16-little",
            utf16(&marked, u16::to_le_bytes),
            1,
            "saved as UTF-16",
        ),
        (
            "utf16-big",
            utf16(&marked, u16::to_be_bytes),
            1,
            "saved as UTF-16",
        ),
        (
            "utf16-unmarked",
            utf16(&clean, u16::to_le_bytes),
            1,
            "full of NUL bytes",
        ),
        (
            "latin1",
            [clean.as_bytes(), b"# caf\xe9\n"].concat(),
            1,
            "not UTF-8",
        ),
        (
            "old-line-ends",
            text(clean.replace('\n', "\r")),
            1,
            "lone carriage return",
        ),
        ("binary", b"\x7fELF\x02\x01\x01\0\0\0\0\0".to_vec(), 1, "NUL"),
    ]
}

fn deep_ones() -> Vec<Strange> {
    let text = |text: String| text.into_bytes();
    let (open, close) = ("[".repeat(10_000), "]".repeat(10_000));
    let tables = format!("{}1{}", "{ a = ".repeat(10_000), " }".repeat(10_000));
    let points = vec!["a"; 10_000].join(".");
    let needs = |condition: String| text(case("0.9", &format!("needs = {{ high = \"{condition}\" }}")));
    let condition = |before: &str, after: &str, times: usize| {
        needs(format!("{}x = low{}", before.repeat(times), after.repeat(times)))
    };
    vec![
        (
            "lists-open",
            text(case(&open, "")),
            1,
            "this list is never closed",
        ),
        (
            "lists-closed",
            text(case(&format!("{open}{close}"), "")),
            1,
            "nested too deep",
        ),
        ("tables", text(case(&tables, "")), 1, "nested too deep"),
        (
            "points",
            text(case("0.9", &format!("{points} = 1"))),
            1,
            "nested too deep",
        ),
        (
            "section-points",
            text(case("0.9", &format!("[{points}]"))),
            1,
            "nested too deep",
        ),
        (
            "parentheses",
            condition("(", ")", 1_000),
            1,
            "nests more than 64 deep",
        ),
        (
            "parentheses-many",
            condition("(", ")", 9_000),
            1,
            "longer than 4000 bytes",
        ),
        ("nots", condition("not ", "", 900), 1, "nests more than 64 deep"),
        (
            "implies",
            condition("x = low implies ", "", 200),
            1,
            "nests more than 64 deep",
        ),
        (
            "too-long",
            condition("x = low or ", "", 2_000),
            1,
            "at most 20000 are read",
        ),
    ]
}

fn every_one_is_told(files: Vec<Strange>) {
    let folder = tempfile::tempdir().expect("a folder for the files");
    let schema = serde_json::from_str(include_str!("../../../schema/check.schema.json")).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    for (name, bytes, errors, says) in files {
        let file = format!("{name}.toml");
        std::fs::write(folder.path().join(&file), bytes).expect("the file is written");
        let run = detente(folder.path(), &["check", &file]);
        let said = String::from_utf8(run.stderr).expect("UTF-8");
        assert_eq!(run.status.code(), Some(1), "{name}: {said}");
        assert!(said.len() < 100_000, "{name}: {} bytes", said.len());
        let joined = said
            .split_whitespace()
            .filter(|word| *word != "│")
            .collect::<Vec<_>>()
            .join(" ");
        assert!(joined.contains(says), "{name}: {said}");
        let count = if errors == 1 {
            "1 error".to_owned()
        } else {
            format!("{errors} errors")
        };
        assert!(
            joined.ends_with(&format!("{count} in {file}; nothing was written")),
            "{name}: {said}"
        );
        let run = detente(folder.path(), &["check", "--json", &file]);
        let answer: serde_json::Value = serde_json::from_slice(&run.stdout).expect("JSON");
        assert_eq!(run.status.code(), Some(1), "{name}");
        assert!(schema.is_valid(&answer), "{name}: {answer}");
        assert_eq!(answer["errors"], errors, "{name}");
        let run = detente(folder.path(), &["report", &file, "-o", "out"]);
        assert_eq!(run.status.code(), Some(1), "{name}");
        std::fs::remove_file(folder.path().join(&file)).expect("the file is there");
        let left = std::fs::read_dir(folder.path())
            .expect("the folder is there")
            .count();
        assert_eq!(left, 0, "{name}: something was written");
    }
}

#[test]
fn long_files_end_in_a_clear_error() {
    every_one_is_told(long_ones());
}

#[test]
fn odd_bytes_end_in_a_clear_error() {
    every_one_is_told(odd_ones());
}

#[test]
fn deep_nesting_ends_in_a_clear_error() {
    every_one_is_told(deep_ones());
}

#[test]
fn a_file_beyond_reading_is_not_read() {
    let folder = tempfile::tempdir().expect("a folder for the file");
    let file = std::fs::File::create(folder.path().join("huge.toml")).expect("the file is made");
    file.set_len(300 * 1024 * 1024).expect("a file full of nothing");
    let run = detente(folder.path(), &["check", "huge.toml"]);
    let said = String::from_utf8_lossy(&run.stderr).into_owned();
    assert_eq!(run.status.code(), Some(1), "{said}");
    assert!(said.contains("larger than 268435456 bytes"), "{said}");
}

#[test]
fn a_byte_order_mark_and_long_comments_are_no_fault() {
    let folder = tempfile::tempdir().expect("a folder for the files");
    let texts = [
        format!("\u{feff}{}", case("0.9", "")),
        case("0.9", "") + &"# x\n".repeat(1_000_000),
    ];
    for text in texts {
        std::fs::write(folder.path().join("case.toml"), text).expect("the file is written");
        let run = detente(folder.path(), &["check", "case.toml"]);
        assert_eq!(
            run.status.code(),
            Some(0),
            "{}",
            String::from_utf8_lossy(&run.stderr)
        );
    }
}
