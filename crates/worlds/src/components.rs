//! Strongly connected components, those that others lead to first (Tarjan 1972), without recursion.

/// Numbered things in the order in which they can be worked out.
#[derive(Debug)]
pub(crate) struct Components {
    members: Vec<u32>,
    ends: Vec<u32>,
    component_of: Vec<u32>,
}

impl Components {
    /// Those of `count` things, each with the things that it rests on.
    pub fn of<I: Iterator<Item = usize>>(count: usize, follows: impl Fn(usize) -> I) -> Self {
        const UNSEEN: u32 = u32::MAX;
        let (mut number, mut low) = (vec![UNSEEN; count], vec![UNSEEN; count]);
        let mut component_of = vec![UNSEEN; count];
        let (mut members, mut ends) = (Vec::with_capacity(count), Vec::new());
        let (mut stack, mut seen) = (Vec::new(), 0u32);
        let mut visits: Vec<(usize, I)> = Vec::new();
        for root in 0..count {
            if number[root] != UNSEEN {
                continue;
            }
            let mut enter = Some(root);
            loop {
                if let Some(one) = enter.take() {
                    (number[one], low[one]) = (seen, seen);
                    seen += 1;
                    stack.push(one);
                    visits.push((one, follows(one)));
                }
                let Some((one, rest)) = visits.last_mut() else {
                    break;
                };
                let one = *one;
                if let Some(next) = rest.next() {
                    if number[next] == UNSEEN {
                        enter = Some(next);
                    } else if component_of[next] == UNSEEN {
                        low[one] = low[one].min(number[next]);
                    }
                    continue;
                }
                visits.pop();
                if let Some((above, _)) = visits.last() {
                    low[*above] = low[*above].min(low[one]);
                }
                if low[one] == number[one] {
                    while let Some(member) = stack.pop() {
                        component_of[member] = ends.len() as u32;
                        members.push(member as u32);
                        if member == one {
                            break;
                        }
                    }
                    ends.push(members.len() as u32);
                }
            }
        }
        Self {
            members,
            ends,
            component_of,
        }
    }

    /// All components, those that others lead to first.
    pub fn list(&self) -> impl Iterator<Item = &[u32]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let ranges = starts.zip(self.ends.iter().copied());
        ranges.map(|(start, end)| &self.members[start as usize..end as usize])
    }

    /// The component with one of its members.
    pub fn with(&self, one: u32) -> &[u32] {
        let number = self.component_of[one as usize] as usize;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.members[start as usize..self.ends[number] as usize]
    }

    /// Whether two things are of one component.
    pub fn together(&self, one: u32, other: u32) -> bool {
        self.component_of[one as usize] == self.component_of[other as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_rest_on_comes_first() {
        // 0 → 1 → 2 → 1, 3 → 3, 4 → 0 and 3.
        let follows: [&[usize]; 5] = [&[1], &[2], &[1], &[3], &[0, 3]];
        let found = Components::of(5, |one| follows[one].iter().copied());
        let mut list: Vec<Vec<u32>> = found.list().map(<[u32]>::to_vec).collect();
        list.iter_mut().for_each(|component| component.sort_unstable());
        assert_eq!(list, [vec![1, 2], vec![0], vec![3], vec![4]]);
        assert!(found.together(1, 2) && !found.together(0, 1));
        assert_eq!(found.with(3), [3]);
    }
}
