//! The states that today can lead to.
//!
//! Where what a party can do never hangs on what others have done, positions are reached party by party, and no joint
//! move is listed; elsewhere all are.

use super::Arena;

impl Arena<'_> {
    /// Whether moves and chance can lead from today to each state.
    #[must_use]
    pub fn reached_from_today(&self) -> Vec<bool> {
        let today = self.game.today().index();
        if self.parties_move_freely() {
            return self.reached_freely(today);
        }
        let mut reached = vec![false; self.states];
        reached[today] = true;
        let mut waiting = vec![today];
        while let Some(state) = waiting.pop() {
            self.for_each_joint_move(state, &mut |target, _| {
                for outcome in self.outcomes_of(target) {
                    if !std::mem::replace(&mut reached[outcome], true) {
                        waiting.push(outcome);
                    }
                }
            });
        }
        reached
    }

    /// Whether what a party can do never hangs on what others have done, it may always stay, and nothing else moves play.
    fn parties_move_freely(&self) -> bool {
        let free = |party: usize| {
            let moves = &self.moves[party];
            let stays = |position: usize| moves[0].from(position).contains(&(position as u32));
            moves.len() == 1 && (0..self.positions[party]).all(stays)
        };
        self.outcomes.is_none() && (0..self.parties).all(free)
    }

    /// Where parties move freely: the states that combine positions each party can come to by itself.
    fn reached_freely(&self, today: usize) -> Vec<bool> {
        let of_party = |party: usize| {
            let mut reached = vec![false; self.positions[party]];
            let mut waiting = vec![self.position(today, party)];
            reached[waiting[0]] = true;
            while let Some(from) = waiting.pop() {
                for to in self.moves[party][0].from(from) {
                    if !std::mem::replace(&mut reached[*to as usize], true) {
                        waiting.push(*to as usize);
                    }
                }
            }
            reached
        };
        let reached: Vec<Vec<bool>> = (0..self.parties).map(of_party).collect();
        let natures = |state: usize| state / self.natures_stride;
        let all = |state: usize| {
            natures(state) == natures(today)
                && (0..self.parties).all(|party| reached[party][self.position(state, party)])
        };
        (0..self.states).map(all).collect()
    }
}

#[cfg(test)]
mod tests {
    use detente_case::{World, check};
    use detente_game::Game;

    use super::*;

    /// The states that joint moves lead to, one after the other.
    fn reached_by_listing(arena: &Arena<'_>) -> Vec<bool> {
        let mut reached = vec![false; arena.states];
        let mut waiting = vec![arena.game.today().index()];
        reached[waiting[0]] = true;
        while let Some(state) = waiting.pop() {
            arena.for_each_joint_move(state, &mut |target, _| {
                if !std::mem::replace(&mut reached[target], true) {
                    waiting.push(target);
                }
            });
        }
        reached
    }

    #[test]
    fn states_reached_freely_are_those_that_joint_moves_lead_to() {
        // An issue that only goes forward and one that goes by steps, neither at its first level today.
        let text = r#"
            [case]
            title = "reach"
            period = "year"
            target = "true"
            [parties.a]
            name = "A"
            discount = 0.5
            [parties.b]
            name = "B"
            discount = 0.5
            [issues.x]
            party = "a"
            name = "X"
            levels = ["l0", "l1", "l2"]
            today = "l1"
            moves = "forward"
            [issues.y]
            party = "b"
            name = "Y"
            levels = ["l0", "l1", "l2"]
            today = "l1"
            moves = "step"
        "#;
        let case = check(text).unwrap();
        let game = Game::of_case(&case, &World::default()).unwrap();
        let arena = Arena::new(&game);
        assert!(arena.parties_move_freely());
        let reached = arena.reached_from_today();
        assert_eq!(reached, reached_by_listing(&arena));
        assert_eq!(reached.iter().filter(|reached| **reached).count(), 6);
    }
}
