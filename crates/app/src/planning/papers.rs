//! A plan for people's hands: run sheets, calendars, a drawing for other maps. All through `planfile`.

use super::VisitPlan;
use planner::{Plan, Problem, plan::Member};
use rules::Lang;

/// How staff and roles are called on papers.
pub struct Naming<'a> {
    /// The name of a member of staff.
    pub staff: &'a dyn Fn(&str) -> String,
    /// The name of a role.
    pub role: &'a dyn Fn(&str) -> String,
    /// The language of the paper.
    pub lang: Lang,
}

fn lang(lang: Lang) -> planfile::Lang {
    match lang {
        Lang::ZhCn => planfile::Lang::ZhCn,
        Lang::ZhTw => planfile::Lang::ZhTw,
        Lang::En => planfile::Lang::En,
    }
}

/// Writes names in the place of ids, in problem and plan alike.
fn named(plan: &VisitPlan, naming: &Naming<'_>) -> (Problem, Plan) {
    let (mut problem, mut named) = (plan.problem.clone(), plan.plan.clone());
    let person = |id: &mut String| *id = (naming.staff)(id);
    problem.staff.iter_mut().for_each(|s| person(&mut s.id));
    for route in &mut named.routes {
        person(&mut route.staff);
    }
    let member = |m: &mut Member| {
        person(&mut m.staff);
        if let Some(role) = &mut m.role {
            *role = (naming.role)(role);
        }
    };
    named.visits.iter_mut().flat_map(|a| &mut a.crew).for_each(member);
    (problem, named)
}

/// Leaves one person's days.
fn only(mut plan: VisitPlan, staff: &str) -> VisitPlan {
    plan.plan.routes.retain(|r| r.staff == staff);
    plan.plan
        .visits
        .retain(|a| a.crew.iter().any(|m| m.staff == staff));
    plan
}

impl VisitPlan {
    /// Returns this plan with one person's days only.
    #[must_use]
    pub fn of_person(&self, staff: &str) -> VisitPlan {
        only(self.clone(), staff)
    }

    /// Writes each person's day on a page, as HTML to print.
    #[must_use]
    pub fn run_sheets_html(&self, naming: &Naming<'_>) -> String {
        let (problem, plan) = named(self, naming);
        planfile::run_sheets_html(&problem, &plan, lang(naming.lang))
    }

    /// Writes the visits as one iCalendar.
    ///
    /// # Errors
    /// When a day's label is no date; that of a plan made here always is.
    pub fn calendar(&self, naming: &Naming<'_>) -> Result<String, String> {
        let (problem, plan) = named(self, naming);
        let stamp = jiff::Timestamp::from_microsecond(self.newest().at.0).map_err(|e| e.to_string())?;
        planfile::calendar(&problem, &plan, stamp, lang(naming.lang)).map_err(|e| e.to_string())
    }

    /// Draws the plan as GeoJSON.
    ///
    /// # Errors
    /// When places have no degrees; those of a plan made here always do.
    pub fn geojson(&self) -> Result<String, String> {
        let value = planfile::geojson(&self.problem, &self.plan).map_err(|e| e.to_string())?;
        Ok(value.to_string())
    }
}
