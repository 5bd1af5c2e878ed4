//! The proof of a test: the bounds and choices of every best response, and the beliefs, as the checker reads them.

use detente_base::ids::Level;
use detente_base::number::{Exact, format_exact};
use detente_case::World;
use detente_proof::offer::{Belief, Node as NodeProof, OfferProof, PointProof, TypeProof};

use crate::no_deal;
use crate::outlook::Outlook;
use crate::play::Play;
use crate::problem::{Doing, Node, Problem};
use crate::respond::Response;
use crate::test_offer::{OfferTest, Reaction, TypeTest};

/// The proof of a test against staying as no deal.
///
/// # Errors
/// A sentence that names the limit that was reached.
pub fn prove(
    play: &Play,
    case_text: &str,
    world: &World,
    test: &OfferTest,
    outlook: &Outlook,
) -> Result<OfferProof, String> {
    let types: Result<Vec<TypeProof>, String> =
        test.types.iter().map(|of| prove_type(play, test, of)).collect();
    let beliefs = outlook.beliefs.iter().map(|belief| Belief {
        party: play.case.party(belief.party).id.clone(),
        date: belief.date,
        types: belief
            .types
            .as_ref()
            .map(|types| types.iter().map(format_exact).collect()),
    });
    Ok(OfferProof::seal(
        case_text,
        world.clone(),
        &test.offer.id,
        types?,
        beliefs.collect(),
    ))
}

fn prove_type(play: &Play, test: &OfferTest, of: &TypeTest) -> Result<TypeProof, String> {
    let problem = &test.problems[of.party.index()];
    let party = play.case.party(of.party);
    let no_deal = no_deal::values(play, of.party, of.kind)?;
    let number = |level: &Level| level.index() as u8;
    let nodes = problem.nodes.iter().map(|node| match node {
        Node::Date(date, pardons) => NodeProof::Date(*date, *pardons),
        Node::Back(schedule) => {
            let levels = schedule.iter();
            NodeProof::Back(levels.map(|levels| levels.iter().map(number).collect()).collect())
        }
    });
    Ok(TypeProof {
        party: party.id.clone(),
        of: (!party.types.is_empty()).then(|| play.kinds(of.party)[of.kind].id.clone()),
        reaction: match of.reaction {
            Reaction::Keeps => "keeps",
            Reaction::Refuses => "refuses",
            Reaction::Departs(_) => "departs",
        }
        .to_owned(),
        value: format_exact(&of.value),
        keeping: format_exact(&of.keeping),
        no_deal: no_deal
            .iter()
            .map(|(state, value)| (state.index() as u32, format_exact(value)))
            .collect(),
        nodes: nodes.collect(),
        points: points(problem, &of.response),
        restrained: of.restrained.as_ref().map(|response| points(problem, response)),
    })
}

fn points(problem: &Problem, response: &Response) -> Vec<PointProof> {
    let choice = |place: usize| {
        let choice = problem.choice(response.policy[place] as usize);
        match choice.doing {
            Doing::Leave => -1,
            Doing::Follow | Doing::Depart => choice.position.index() as i64,
        }
    };
    let text = |value: &Exact| format_exact(value);
    let points = problem.points.iter().enumerate();
    points
        .map(|(place, point)| {
            PointProof(
                point.node,
                point.state.index() as u32,
                point.notices,
                text(&response.upper[place]),
                response.exact[place].then(|| choice(place)),
            )
        })
        .collect()
}
