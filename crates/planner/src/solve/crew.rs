//! The cheapest choice of different people for the seats of a crew.

/// A seat that a person cannot take.
pub(super) const NOT: i64 = 1 << 50;

/// Gives each row another column so that the sum of `cost` is least, by shortest augmenting paths (Kuhn 1955,
/// Munkres 1957; the form with potentials after Jonker and Volgenant 1987).
///
/// Returns the column of each row, or `None` when the rows cannot all be seated.
pub(super) fn cheapest_seating(
    rows: usize,
    columns: usize,
    cost: impl Fn(usize, usize) -> i64,
) -> Option<Vec<usize>> {
    if rows > columns {
        return None;
    }
    // Row and column 0 are the outside from which a path starts; people and seats count from 1.
    let mut row_price = vec![0i64; rows + 1];
    let mut column_price = vec![0i64; columns + 1];
    let mut row_of = vec![0usize; columns + 1];
    for row in 1..=rows {
        row_of[0] = row;
        let mut column = 0;
        let mut least = vec![i64::MAX; columns + 1];
        let mut came_from = vec![0usize; columns + 1];
        let mut done = vec![false; columns + 1];
        while row_of[column] != 0 {
            done[column] = true;
            let r = row_of[column];
            let mut step = i64::MAX;
            let mut next = 0;
            for c in 1..=columns {
                if done[c] {
                    continue;
                }
                let reduced = cost(r - 1, c - 1) - row_price[r] - column_price[c];
                if reduced < least[c] {
                    least[c] = reduced;
                    came_from[c] = column;
                }
                if least[c] < step {
                    step = least[c];
                    next = c;
                }
            }
            for c in 0..=columns {
                if done[c] {
                    row_price[row_of[c]] += step;
                    column_price[c] -= step;
                } else if c > 0 {
                    least[c] -= step;
                }
            }
            column = next;
        }
        while column != 0 {
            let before = came_from[column];
            row_of[column] = row_of[before];
            column = before;
        }
    }
    let mut seat = vec![0; rows];
    for c in 1..=columns {
        if row_of[c] != 0 {
            if cost(row_of[c] - 1, c - 1) >= NOT {
                return None;
            }
            seat[row_of[c] - 1] = c - 1;
        }
    }
    Some(seat)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brute(cost: &[Vec<i64>], row: usize, used: &mut Vec<usize>) -> Option<i64> {
        if row == cost.len() {
            return Some(0);
        }
        let mut best = None;
        for (c, &price) in cost[row].iter().enumerate() {
            if price < NOT && !used.contains(&c) {
                used.push(c);
                if let Some(rest) = brute(cost, row + 1, used) {
                    best = Some(best.map_or(price + rest, |b: i64| b.min(price + rest)));
                }
                used.pop();
            }
        }
        best
    }

    proptest::proptest! {
        #[test]
        fn nobody_finds_a_cheaper_seating(
            rows in 1usize..5,
            prices in proptest::collection::vec(-20i64..60, 30),
        ) {
            let cost: Vec<Vec<i64>> = (0..rows)
                .map(|r| (0..5).map(|c| prices[r * 5 + c]).map(|p| if p > 30 { NOT } else { p }).collect())
                .collect();
            let found = cheapest_seating(rows, 5, |r, c| cost[r][c])
                .map(|seats| seats.iter().enumerate().map(|(r, &c)| cost[r][c]).sum());
            proptest::prop_assert_eq!(found, brute(&cost, 0, &mut Vec::new()));
        }
    }
}
