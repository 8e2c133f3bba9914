//! Documents for people: the first is the demo report, as one HTML page and as text for a terminal.

mod columns;
mod derivation;
mod effect;
mod format;
mod gantt;
mod map;
mod page;
mod report;
mod text;
mod tongue;
mod words;

pub use format::letter as crew_letter;
pub use page::ReportError;
pub use report::{
    Bar, ClockLine, DemoReport, FigureLine, MapPoint, OutcomeLine, RouteStop, ScreenedLine, StaffDay,
    UnplannedLine,
};
pub use rules::Lang;
