//! Computed numbers: what `check` takes, every command takes (reported November 2026).

mod program;

use std::path::Path;

use program::detente;

fn said(arguments: &[&str]) -> String {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/faults");
    let run = detente(&cases, arguments);
    let (out, told) = (
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr),
    );
    assert_eq!(run.status.code(), Some(0), "{arguments:?}: {out}{told}");
    out.into_owned()
}

#[test]
fn computed_numbers_just_work() {
    let fine = "worth.a.y.high=0.30000000000000004";
    for (file, more, verdict) in [
        ("check-too-fine.toml", vec![], "POSSIBLE"),
        (
            "check-too-fine.toml",
            vec!["--set", "worth.a.[x = high]=-0.12345678901234567"],
            "IMPOSSIBLE",
        ),
        ("computed-numbers.toml", vec![], "POSSIBLE"),
        ("computed-numbers.toml", vec!["--set", fine], "IMPOSSIBLE"),
        (
            "computed-numbers.toml",
            vec!["--set", "discount.a=0.87654321098765432"],
            "POSSIBLE",
        ),
    ] {
        assert!(said(&["check", file]).contains("checks clean"), "{file}");
        let folder = tempfile::tempdir().expect("a folder");
        let proof = folder.path().join("p.json");
        let proof = proof.to_str().expect("a name");
        let mut call = vec!["solve", file, "--proof", proof];
        call.extend(&more);
        let words = said(&call);
        assert!(words.starts_with(verdict), "{call:?}: {words}");
        said(&["verify", proof]);
    }
}
