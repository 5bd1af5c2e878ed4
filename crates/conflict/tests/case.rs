//! From case files to graph models: values ranked exactly, movement rules as moves, direct preferences.

use detente_case::{World, check};
use detente_conflict::{
    Comparison, GraphModel, Limits, Moves, PartyId, Problem, StateId, from_case, read, write,
};

fn graph(text: &str) -> Result<(GraphModel, Vec<Problem>), Vec<Problem>> {
    let case = check(text).unwrap_or_else(|errors| panic!("{errors:#?}"));
    from_case(&case, &World::default(), Limits::default())
}

fn toy() -> String {
    std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../cases/korea-toy/case.toml"
    ))
    .expect("there")
}

fn at(model: &GraphModel, levels: &[u8]) -> StateId {
    model.states().find(levels).expect("feasible")
}

#[test]
fn the_toy_has_its_72_states_its_ties_and_its_irreversible_steps() {
    let (model, warnings) = graph(&toy()).expect("a graph model");
    assert!(warnings.is_empty(), "{warnings:?}");
    assert_eq!(model.states().count(), 72);
    // exercises, relief, coercion, tests, disarmament
    assert_eq!(model.today(), Some(at(&model, &[0, 0, 0, 1, 0])));
    let north = model.party_by_id("dprk").expect("there");
    // Half the arsenal given up for half the sanctions relieved: 1.2 lost against 1.3 gained.
    let (today, half) = (at(&model, &[0, 0, 0, 1, 0]), at(&model, &[0, 1, 0, 1, 1]));
    assert_eq!(model.preference(north).compare(half, today), Comparison::Better);
    let (armed, disarmed) = (at(&model, &[0, 0, 0, 1, 1]), at(&model, &[0, 0, 0, 1, 2]));
    assert!(model.can_move(north, armed, disarmed) && !model.can_move(north, disarmed, armed));
    assert!(
        !model.can_move(north, at(&model, &[0, 0, 0, 1, 0]), disarmed),
        "one level a period"
    );
    assert!(
        matches!(model.moves(), Moves::Listed(_)),
        "speed limits do not compose"
    );
    let us = model.party_by_id("us").expect("there");
    // -0.5 for suspended exercises and -0.6 a level: no two states with different relief tie by rounding.
    let (suspended, plain) = (at(&model, &[1, 0, 0, 1, 0]), at(&model, &[0, 0, 0, 1, 0]));
    assert_eq!(model.preference(us).compare(suspended, plain), Comparison::Worse);
}

const DIRECT: &str = r#"
[preferences.us]
priorities = ["coercion = no", "tests = paused", "disarmament = full", "relief = none"]
strong = ["tests = paused"]

[preferences.dprk]
ranking = ["coercion = no and relief = full", "coercion = no and relief = half", "coercion = no"]

[[infeasible]]
when = "coercion = yes and exercises = suspended"

[[merged]]
name = "coercion"
when = "coercion = yes"
"#;

#[test]
fn direct_preferences_infeasible_and_merged_states() {
    let (model, _) = graph(&format!("{}{DIRECT}", toy())).expect("a graph model");
    // 36 without coercion, 18 with it and exercises held, all of those one state.
    assert_eq!(model.states().count(), 37);
    let coerced = at(&model, &[0, 0, 1, 0, 0]);
    assert_eq!(model.words(coerced), "coercion");
    assert_eq!(model.states().members(coerced).len(), 18);
    assert_eq!(model.states().find(&[1, 0, 1, 0, 0]), None);
    let [us, north] = [PartyId::at(0), PartyId::at(1)];
    let (tested, paused) = (at(&model, &[0, 0, 0, 0, 0]), at(&model, &[0, 0, 0, 1, 0]));
    assert_eq!(
        model.preference(us).compare(paused, tested),
        Comparison::MuchBetter
    );
    assert_eq!(
        model.preference(us).compare(paused, at(&model, &[0, 1, 0, 1, 0])),
        Comparison::Better
    );
    assert_eq!(
        model.preference(north).compare(tested, paused),
        Comparison::Equal,
        "its ranking does not mention tests"
    );
    assert_eq!(
        model
            .preference(north)
            .compare(at(&model, &[0, 2, 0, 0, 0]), paused),
        Comparison::Better
    );
    assert!(model.can_move(us, tested, coerced));
    let again = read(write(&model).to_string().as_bytes(), Limits::default());
    let again = again.model.expect("reads back");
    for party in model.party_ids() {
        assert_eq!(again.preference(party), model.preference(party));
        for state in model.states().iter() {
            assert_eq!(again.moves_from(party, state), model.moves_from(party, state));
        }
    }
}

#[test]
fn weights_add_up_exactly_and_wrong_preferences_are_told() {
    let weights = "\n[preferences.us.weights]\nrelief = { none = 0.3, half = 0.2, full = 0.1 }\ntests = { paused = 0.1 }\n";
    let (model, _) = graph(&format!("{}{weights}", toy())).expect("a graph model");
    let (a, b) = (at(&model, &[0, 0, 0, 0, 0]), at(&model, &[0, 1, 0, 1, 0]));
    assert_eq!(
        model.preference(PartyId::at(0)).compare(a, b),
        Comparison::Equal,
        "0.3 = 0.2 + 0.1 exactly"
    );
    let wrong =
        "\n[preferences.us]\npriorities = [\"tests = pausd\", \"reliev = none\"]\n[preferences.nobody]\n";
    let errors = check(&format!("{}{wrong}", toy())).expect_err("wrong");
    assert_eq!(errors.len(), 4, "{errors:#?}");
    let nothing = "\n[[infeasible]]\nwhen = \"tests = paused or tests = testing\"\n";
    let errors = graph(&format!("{}{nothing}", toy())).expect_err("every state is ruled out");
    assert!(
        errors
            .iter()
            .any(|problem| problem.reason.contains("every state is ruled out"))
    );
}
