//! A plan as files: run sheets, calendars, GeoJSON. Each opening is a recorded reading.

use super::{failure, number};
use crate::{error::Failure, request::Person, state::Shared, words};
use app::{Deed, planning::Naming};
use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};

pub(crate) async fn paper(
    State(app): State<Shared>,
    Path((id, name)): Path<(String, String)>,
    person: Person,
) -> Result<Response, Failure> {
    person.viewer().ask(Deed::SeePlans)?;
    app.work(move |app| {
        let lang = person.lang();
        let map = name == "map.geojson";
        if map {
            // It holds where customers live, and leaves the house.
            person.viewer().ask(Deed::Export)?;
        }
        let mut plan = app
            .office
            .open_plan(number(&id)?, person.viewer())
            .map_err(failure)?;
        let staff = person.query().get("staff");
        if !staff.is_empty() {
            if !plan.plan.routes.iter().any(|r| r.staff == staff) {
                return Err(Failure::NotFound);
            }
            plan = plan.of_person(staff);
        }
        let naming = Naming {
            staff: &|id| app.directory.name_of(id),
            role: &|role| words::planner_role(role, lang),
            lang,
        };
        let (kind, body) = match name.as_str() {
            "run-sheets.html" => ("text/html; charset=utf-8", plan.run_sheets_html(&naming)),
            "visits.ics" => {
                let text = plan.calendar(&naming).map_err(|e| Failure::internal(&e))?;
                ("text/calendar; charset=utf-8", text)
            }
            "map.geojson" => {
                app.office.record_export(
                    person.actor(),
                    "geojson",
                    &plan.id.to_string(),
                    plan.problem.visits.len(),
                )?;
                let text = plan.geojson().map_err(|e| Failure::internal(&e))?;
                ("application/geo+json", text)
            }
            _ => return Err(Failure::NotFound),
        };
        // A file, not a page: what is in it runs nowhere on this site.
        let disposition = format!("attachment; filename=\"{}-{name}\"", plan.id);
        Ok((
            [
                (header::CONTENT_TYPE, kind.to_owned()),
                (header::CONTENT_DISPOSITION, disposition),
                (header::CACHE_CONTROL, "no-store".to_owned()),
            ],
            body,
        )
            .into_response())
    })
    .await
}
