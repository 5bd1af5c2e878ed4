//! trial
use detente_solve::sets::*;
fn main() {
    for file in std::env::args().skip(1) {
        let game = detente_model::table::read_dyngame(&std::fs::read_to_string(&file).unwrap())
            .unwrap()
            .game;
        let start = std::time::Instant::now();
        let mut l = SetLimits::default();
        if let Ok(g) = std::env::var("GRAIN") {
            l.grain = g.parse().unwrap();
        }
        let Ok(answer) = solve_sets(&game, &l, &detente_solve::watch::Unwatched) else {
            continue;
        };
        println!(
            "{file} profiles {} {:?} inner {:?} outer {:e} stop {:?} steps {} corners {} memb {} refut {:?} notes {:?}",
            game.profile_count(),
            start.elapsed(),
            answer.inner_gap,
            answer.outer_gap,
            answer.stop,
            answer.steps,
            answer.states.iter().map(|s| s.vertices.len()).sum::<usize>(),
            answer.membership.is_some(),
            answer
                .refutation
                .as_ref()
                .map(|r| (r.steps.len(), r.directions.len())),
            answer.notes
        );
        if let Some(r) = &answer.refutation {
            println!("   refutation check {:?}", r.check(&game));
        }
        if std::env::var_os("SHOW").is_some() {
            for s in answer.states.iter().take(3) {
                println!(
                    "   {:?}",
                    s.vertices
                        .iter()
                        .map(|z| z
                            .iter()
                            .map(|c| match c {
                                Coordinate::Exact(e) => e.to_string(),
                                Coordinate::Near(f) => f.to_string(),
                            })
                            .collect::<Vec<_>>()
                            .join(","))
                        .collect::<Vec<_>>()
                );
            }
        }
    }
}
