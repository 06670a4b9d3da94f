//! Where the values of a network lie: values that do not live together share memory.
//!
//! Comes in: how long each value lives and how large it is. Goes out: an offset for each. Must not know: what they are.
//!
//! Placing intervals of fixed lifetimes without waste is NP-complete ("dynamic storage allocation"). Placed one by one, each at the lowest offset
//! where no neighbour in time is in the way, the order decides: several orders are tried, and the shortest arena is taken.

/// Elements between possible offsets: a cache line of `f32`.
pub const ALIGNMENT: usize = 16;

/// Something that needs memory for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// Elements; of none, no memory.
    pub len: usize,
    /// The first step at which it is there.
    pub from: usize,
    /// The last.
    pub to: usize,
}

/// A plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arena {
    /// Offsets, as many as tenants.
    pub offsets: Vec<usize>,
    /// Elements in all.
    pub len: usize,
    /// Elements that no plan can do without: the most that are there at one time.
    pub bound: usize,
}

impl Tenant {
    fn meets(self, other: Self) -> bool {
        self.from <= other.to && other.from <= self.to
    }
}

impl Arena {
    /// Places `tenants`.
    pub fn new(tenants: Vec<Tenant>) -> Self {
        let mut tenants = tenants;
        let alive = |step: usize| tenants.iter().filter(|t| t.from <= step && step <= t.to).map(|t| t.len).sum();
        let bound = tenants.iter().map(|tenant| alive(tenant.from)).max().unwrap_or(0);
        for tenant in &mut tenants {
            tenant.len = tenant.len.next_multiple_of(ALIGNMENT);
        }
        let orders: [fn(Tenant) -> (usize, usize); 3] = [
            |tenant| (usize::MAX - tenant.len, tenant.from),
            |tenant| (usize::MAX - (tenant.to - tenant.from), usize::MAX - tenant.len),
            |tenant| (tenant.from, usize::MAX - tenant.len),
        ];
        let plans = orders.into_iter().map(|order| place(&tenants, order));
        let (offsets, len) = plans.min_by_key(|(_, len)| *len).unwrap_or_default();
        Self { offsets, len, bound }
    }
}

/// Places tenants by ascending `order`, each as low as it can be.
fn place(tenants: &[Tenant], order: fn(Tenant) -> (usize, usize)) -> (Vec<usize>, usize) {
    let mut indices: Vec<usize> = (0..tenants.len()).collect();
    indices.sort_by_key(|&index| order(tenants[index]));
    let mut offsets = vec![0; tenants.len()];
    let mut placed: Vec<usize> = Vec::new();
    let mut len = 0;
    for index in indices {
        let tenant = tenants[index];
        if tenant.len == 0 {
            continue;
        }
        let mut taken: Vec<(usize, usize)> = placed
            .iter()
            .filter(|&&other| tenants[other].meets(tenant))
            .map(|&other| (offsets[other], offsets[other] + tenants[other].len))
            .collect();
        taken.sort_unstable();
        let mut at = 0;
        for (from, end) in taken {
            if at + tenant.len <= from {
                break;
            }
            at = at.max(end);
        }
        offsets[index] = at;
        placed.push(index);
        len = len.max(at + tenant.len);
    }
    (offsets, len)
}

#[cfg(test)]
mod tests {
    use super::{ALIGNMENT, Arena, Tenant};

    fn tenant(len: usize, from: usize, to: usize) -> Tenant {
        Tenant { len, from, to }
    }

    /// Random lifetimes, by a counter that is mixed.
    fn random(count: usize, seed: u64) -> Vec<Tenant> {
        let mut state = seed;
        let mut next = move |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) % below) as usize
        };
        (0..count)
            .map(|at| {
                let from = next(count as u64).min(at);
                tenant(next(5000), from, from + next(4))
            })
            .collect()
    }

    #[test]
    fn a_chain_takes_two_buffers() {
        let arena = Arena::new(vec![tenant(64, 0, 1), tenant(32, 1, 2), tenant(48, 2, 3)]);
        assert_eq!((arena.len, arena.bound), (96, 96));
    }

    #[test]
    fn who_lives_together_lies_apart() {
        for seed in 0..200 {
            let tenants = random(30, seed);
            let arena = Arena::new(tenants.clone());
            assert!(arena.len + ALIGNMENT * tenants.len() >= arena.bound);
            for (i, a) in tenants.iter().enumerate() {
                assert!(arena.offsets[i].is_multiple_of(ALIGNMENT) && arena.offsets[i] + a.len <= arena.len.max(a.len));
                for (j, b) in tenants.iter().enumerate().skip(i + 1) {
                    let (x, y) = (arena.offsets[i], arena.offsets[j]);
                    let apart = x + a.len <= y || y + b.len <= x || a.len == 0 || b.len == 0;
                    assert!(apart || !a.meets(*b), "seed {seed}: {a:?} at {x}, {b:?} at {y}");
                }
            }
        }
    }

    #[test]
    fn little_is_wasted() {
        let (mut len, mut bound) = (0, 0);
        for seed in 0..200 {
            let arena = Arena::new(random(30, seed));
            (len, bound) = (len + arena.len, bound + arena.bound);
        }
        assert!(len as f64 <= 1.1 * bound as f64, "{len} for {bound}");
    }
}
