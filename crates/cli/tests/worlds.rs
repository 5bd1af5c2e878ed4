//! The world a result speaks of: said under the headline and in JSON, compared where it is named, and numbers outside their
//! stated ranges only on demand.

mod program;

use std::path::{Path, PathBuf};

use program::detente;
use serde_json::Value;

const OUTSIDE: [&str; 2] = ["--set", "discount.a=0.3"];

fn case() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/faults/worlds.toml");
    path.canonicalize()
        .expect("the case is there")
        .display()
        .to_string()
}

/// Exit code, standard output and standard error of a call in a folder.
fn said(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let run = detente(folder, arguments);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (run.status.code(), text(run.stdout), text(run.stderr))
}

/// A folder with proofs: in the world as written, of another type, and outside a range.
fn proofs() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path().to_owned();
    let worlds: [(&str, &[&str]); 3] = [
        ("plain.json", &[]),
        ("hasty.json", &["--type", "b=hasty"]),
        ("outside.json", &["--set", "discount.a=0.3", "--beyond-range"]),
    ];
    for (file, world) in worlds {
        let case = case();
        let arguments = [&["solve", &case, "--proof", file], world].concat();
        let (code, _, err) = said(&here, &arguments);
        assert_eq!((code, err.as_str()), (Some(0), ""), "{arguments:?}");
    }
    (folder, here)
}

#[test]
fn verify_says_the_world_in_line_two_and_in_json() {
    let (_folder, here) = proofs();
    let lines = [
        (
            "plain.json",
            "World: the case as written; Ben is taken to be of the type “patient” (one of 2).",
        ),
        (
            "hasty.json",
            "World: the case as written; Ben is taken to be of the type “hasty” (one of 2).",
        ),
        (
            "outside.json",
            "World: Ben is taken to be of the type “patient” (one of 2); Ana: discount factor per period is 0.3 instead of 0.6, \
             OUTSIDE its stated range 0.4 to 0.9.",
        ),
    ];
    for (file, line) in lines {
        let (code, out, _) = said(&here, &["verify", file]);
        assert_eq!((code, out.lines().nth(1)), (Some(0), Some(line)), "{out}");
    }
    let (_, out, _) = said(&here, &["verify", "outside.json", "--json"]);
    let world = &serde_json::from_str::<Value>(&out).expect("JSON")["world"];
    let moved = &world["judgements"][0];
    assert_eq!(
        (&moved["key"], &moved["value"], &moved["in_range"], &moved["by"]),
        (&"discount.a".into(), &"0.3".into(), &false.into(), &"set".into())
    );
    assert_eq!(world["types"][0]["type"], "patient");
}

#[test]
fn verify_refuses_another_world_and_another_case() {
    let (_folder, here) = proofs();
    let case = case();
    let toy = Path::new(&case)
        .with_file_name("../korea-toy")
        .display()
        .to_string();
    let calls: [(i32, &[&str]); 11] = [
        (0, &["plain.json", "--case", &case]),
        (0, &["plain.json", "--type", "b=patient"]),
        (0, &["plain.json", "--set", "discount.a=0.60"]),
        (0, &["hasty.json", "--case", &case, "--type", "b=hasty"]),
        (0, &["outside.json", "--set", "discount.a=3/10", "--beyond-range"]),
        (1, &["plain.json", "--case", &toy]),
        (1, &["plain.json", "--type", "b=hasty"]),
        (1, &["hasty.json", "--case", &case, "--type", "b=patient"]),
        (1, &["plain.json", "--set", "discount.a=0.5"]),
        (1, &["plain.json", "--later", "1"]),
        (1, &["hasty.json", "--variant", "tempted", "--beyond-range"]),
    ];
    for (expected, arguments) in calls {
        let (code, out, err) = said(&here, &[&["verify"], arguments].concat());
        assert_eq!(code, Some(expected), "{arguments:?}: {out}{err}");
        assert_eq!(out.starts_with("REFUSED"), expected == 1, "{arguments:?}: {out}");
    }
}

#[test]
fn a_number_outside_its_range_needs_beyond_range_everywhere_and_is_shown() {
    let (case, folder) = (case(), tempfile::tempdir().expect("a folder"));
    let commands: [&[&str]; 8] = [
        &["solve"],
        &["why"],
        &["claims"],
        &["set"],
        &["areas"],
        &["stability"],
        &["gestures"],
        &["report", "-o", "pages"],
    ];
    let worlds: [&[&str]; 2] = [&OUTSIDE, &["--variant", "tempted"]];
    for (command, world) in commands
        .iter()
        .flat_map(|command| worlds.map(|world| (command, world)))
    {
        let arguments = [command, &[case.as_str()][..], world].concat();
        let (code, out, err) = said(folder.path(), &arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {out}");
        assert!(err.contains("OUTSIDE") && err.contains("--beyond-range"), "{err}");
        let arguments = [&arguments[..], &["--beyond-range"]].concat();
        let (code, out, err) = said(folder.path(), &arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {out}{err}");
        let second = out.lines().nth(1).unwrap_or_default();
        let shown = second.starts_with("World: ") && out.contains("OUTSIDE");
        assert!(shown || command[0] == "report", "{arguments:?}: {out}");
        // A page is written instead.
        if command[0] == "report" {
            let page = std::fs::read_dir(folder.path().join("pages")).expect("pages");
            let pages = page.filter_map(|file| std::fs::read_to_string(file.ok()?.path()).ok());
            assert!(pages.into_iter().any(|page| page.contains("OUTSIDE")));
        }
    }
    let (code, _, err) = said(
        folder.path(),
        &["set", &case, "--threshold", "discount.a=0.3..0.8"],
    );
    assert!(code == Some(2) && err.contains("--beyond-range"), "{err}");
}

#[test]
fn a_world_that_cannot_be_meant_is_refused_with_every_reason() {
    let (case, folder) = (case(), tempfile::tempdir().expect("a folder"));
    let calls: [(&[&str], &[&str]); 6] = [
        (
            &["--set", "discount.a=0.5", "--set", "discount.a=0.6"],
            &["--set discount.a is given twice: 0.5 and 0.6"],
        ),
        (
            &["--type", "b=hasty", "--type", "b=patient"],
            &["--type b is given twice"],
        ),
        (
            &[
                "--set",
                "discont.a=0.5",
                "--variant",
                "temptd",
                "--type",
                "b=hsty",
            ],
            &["`discount.a`", "`tempted`", "`hasty`"],
        ),
        (
            &["--set", "nonsense=1"],
            &["known here: discount.a", "--judgements"],
        ),
        (
            &["--type", "c=hasty"],
            &["unknown party `c`", "did you mean `b`?"],
        ),
        (&["--set", "discount.a"], &["KEY=NUMBER"]),
    ];
    for (world, reasons) in calls {
        let arguments = [&["solve", case.as_str()], world].concat();
        let (code, out, err) = said(folder.path(), &arguments);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{arguments:?}");
        for reason in reasons {
            assert!(err.contains(reason), "{arguments:?}: {err}");
        }
    }
    let game = Path::new(&case).with_file_name("game.json").display().to_string();
    let (code, _, err) = said(folder.path(), &["set", &game, "--set", "discount.a=0.5"]);
    assert!(code == Some(2) && err.contains("name a world of a case"), "{err}");
}
