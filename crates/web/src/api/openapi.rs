//! The description of the API (OpenAPI 3.1), made from the same data as the forms.

use super::{cases, files, problem};
use crate::{
    desk::intake,
    error::Failure,
    forms::{self, Field, Kind},
    lang::Lang,
    orders,
    state::{App, Shared},
    words,
};
use app::Dossier;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use domain::case::Action;

use utoipa::openapi::{
    ArrayBuilder, ComponentsBuilder, ContentBuilder, HeaderBuilder, InfoBuilder, ObjectBuilder, OneOfBuilder,
    OpenApi, OpenApiBuilder, PathItem, PathsBuilder, Ref, RefOr, Required, ResponseBuilder, ResponsesBuilder,
    path::{HttpMethod, Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn},
    request_body::RequestBodyBuilder,
    schema::{AdditionalProperties, Discriminator, Schema, SchemaType, Type},
    security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
};

/// `GET /openapi.json`.
pub(super) async fn document(State(app): State<Shared>, headers: HeaderMap) -> Result<Response, Failure> {
    let lang = super::language(&headers);
    app.work(move |app| {
        let text = serde_json::to_value(api(app, lang)).map_err(|e| Failure::internal(&e))?;
        Ok(super::answer(StatusCode::OK, &text))
    })
    .await
}

fn api(app: &App, lang: Lang) -> OpenApi {
    let mut components = ComponentsBuilder::new()
        .security_scheme(
            "token",
            SecurityScheme::Http(
                HttpBuilder::new()
                    .scheme(HttpAuthScheme::Bearer)
                    .bearer_format("fct_…")
                    .description(Some(
                        "A token acts for one user in one role; administrators make and revoke them.",
                    ))
                    .build(),
            ),
        )
        .schema("Problem", problem_schema(lang))
        .schema("Complaint", complaint(app, lang))
        .schema(
            "Seen",
            counts("The versions that the caller saw: with them, a stale order is a 409."),
        )
        .schema(
            "Versions",
            counts("How many entries the case has in each of its streams."),
        )
        .schema("TakenIn", taken_in())
        .schema("Done", done());
    let mut command = OneOfBuilder::new().description(Some(
        "One order. The same event_id carried out twice is one order.",
    ));
    let mut mapping: Vec<(String, String)> = Vec::new();
    for action in orders::actions() {
        let name = format!("Command.{}", action.code());
        command = command.item(schema_ref(&name));
        mapping.push((action.code().to_owned(), format!("#/components/schemas/{name}")));
        components = components.schema(name, command_schema(app, action, lang));
    }
    let command = command.discriminator(Some(Discriminator::with_mapping("action", mapping)));
    components = components.schema("Command", command);
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Forecourt")
                .version("1")
                .description(Some(
                    "Complaints settled before court. Every change is an order on a case; what an order may be in which \
                     state, and which fields it takes, is told with each case. Messages follow Accept-Language \
                     (zh-CN, zh-TW, en).",
                ))
                .build(),
        )
        .paths(
            PathsBuilder::new()
                .path("/api/v1/cases", cases_item())
                .path("/api/v1/cases/{id}", PathItem::new(HttpMethod::Get, case_get()))
                .path(
                    "/api/v1/cases/{id}/commands",
                    PathItem::new(HttpMethod::Post, command_post()),
                )
                .path("/api/v1/cases/{id}/files", files_item())
                .path(
                    "/api/v1/cases/{id}/files/{file}",
                    PathItem::new(HttpMethod::Get, file_get()),
                )
                .path("/api/v1/openapi.json", open_item("describe", "This description"))
                .path(
                    "/api/v1/problems",
                    open_item("listProblems", "Every type of problem, with what to do about it"),
                )
                .build(),
        )
        .components(Some(components.build()))
        .security(Some([SecurityRequirement::new("token", [] as [&str; 0])]))
        .build()
}

fn schema_ref(name: &str) -> RefOr<Schema> {
    RefOr::Ref(Ref::from_schema_name(name))
}

fn object() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::Type(Type::Object))
}

/// An object whose fields are all listed: others are refused.
fn closed() -> ObjectBuilder {
    object().additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)))
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::Type(Type::String))
}

fn flag() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::Type(Type::Boolean))
}

fn event_id() -> ObjectBuilder {
    event_id_like("Drawn by the caller: sent again, it is carried out once.")
}

fn event_id_like(about: &str) -> ObjectBuilder {
    text().pattern(Some("^[0-9A-Fa-f]{32}$")).description(Some(about))
}

/// A field of a form. All are texts; what stands in them is told by the schema.
fn field(f: &Field) -> ObjectBuilder {
    let mut description = f.label.to_owned();
    if !f.hint.is_empty() {
        description = format!("{description}. {}", f.hint);
    }
    let schema = text();
    let schema = match &f.kind {
        // An empty list depends on the case; the case itself then tells what can be chosen.
        Kind::Choice(options) if !options.is_empty() => {
            schema.enum_values(Some(options.iter().map(|(code, _)| code.clone())))
        }
        Kind::Tick => schema.enum_values(Some(["true", "false"])),
        Kind::Date => schema.examples(["2026-11-23"]),
        Kind::Moment => schema.examples(["2026-11-23T09:30", "2026-11-23T09:30:00+08:00"]),
        Kind::Money => schema.examples(["1200.50"]),
        Kind::Number(low, high) => schema.examples([low.to_string(), high.to_string()]),
        Kind::Text | Kind::Long | Kind::Choice(_) | Kind::Suggest(_) => schema,
    };
    schema.description(Some(description))
}

fn command_schema(app: &App, action: Action, lang: Lang) -> ObjectBuilder {
    let dossier = Dossier::default();
    let form = forms::form(action, &orders::context(app, lang, &dossier, None));
    let mut fields = closed();
    let mut needed = false;
    for f in &form.fields {
        fields = fields.property(&f.name, field(f));
        if f.required {
            fields = fields.required(&f.name);
            needed = true;
        }
    }
    let schema = closed()
        .title(Some(words::action(action, lang)))
        .property("event_id", event_id())
        .required("event_id")
        .property("action", text().enum_values(Some([action.code()])))
        .required("action")
        .property("fields", fields)
        .property("seen", schema_ref("Seen"));
    if needed { schema.required("fields") } else { schema }
}

/// The complaint: what the staff's form has, of which the form fills in some by itself.
fn complaint(app: &App, lang: Lang) -> ObjectBuilder {
    let mut schema = closed()
        .description(Some(
            "Fields that are absent take the form's own value: received_at now, branch the caller's, language the answer's.",
        ))
        .property("event_id", event_id());
    for (_, section) in intake::sections(app, lang, false, "own") {
        for f in section {
            let name = cases::api_name(&f.name);
            schema = schema.property(name, field(&f));
            if f.required && f.value.is_empty() {
                schema = schema.required(name);
            }
        }
    }
    schema
}

fn counts(about: &str) -> ObjectBuilder {
    let count = || {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::Integer))
            .minimum(Some(0))
    };
    closed()
        .description(Some(about))
        .property("facts", count())
        .required("facts")
        .property("negotiation", count())
        .required("negotiation")
}

fn taken_in() -> ObjectBuilder {
    object()
        .property("id", text())
        .property("already", flag())
        .property("state", text())
        .property(
            "receipt",
            object()
                .property("number", text())
                .property("received_at", text()),
        )
        .property(
            "due",
            object()
                .description(Some("The next clock; null where none runs."))
                .property("at", text())
                .property("clock", text())
                .property("title", text()),
        )
}

fn done() -> ObjectBuilder {
    object()
        .property("already", flag())
        .property("state", text())
        .property("versions", schema_ref("Versions"))
        .property(
            "events",
            ArrayBuilder::new()
                .items(text())
                .description(Some("The kinds of what was entered")),
        )
}

fn problem_schema(lang: Lang) -> ObjectBuilder {
    let kinds: Vec<String> = problem::types(lang)
        .iter()
        .filter_map(|p| p["type"].as_str().map(str::to_owned))
        .collect();
    object()
        .description(Some("RFC 9457."))
        .property("type", text().enum_values(Some(kinds)))
        .property("title", text())
        .property(
            "status",
            ObjectBuilder::new().schema_type(SchemaType::Type(Type::Integer)),
        )
        .property("detail", text())
        .property("todo", text().description(Some("What to do.")))
        .property("kept", text().description(Some("What was not lost.")))
        .property(
            "reference",
            text().description(Some("By which administrators find it in the log.")),
        )
        .property(
            "errors",
            ArrayBuilder::new().items(object().property("field", text()).property("message", text())),
        )
        .property(
            "changed",
            ArrayBuilder::new()
                .items(
                    object()
                        .property("at", text())
                        .property("by", text())
                        .property("kind", text())
                        .property("text", text()),
                )
                .description(Some(
                    "What others entered since the versions that the caller saw.",
                )),
        )
}

fn json_content(schema: RefOr<Schema>) -> utoipa::openapi::Content {
    ContentBuilder::new().schema(Some(schema)).build()
}

fn problem_response(about: &str) -> ResponseBuilder {
    ResponseBuilder::new()
        .description(about)
        .content("application/problem+json", json_content(schema_ref("Problem")))
}

fn responses() -> ResponsesBuilder {
    ResponsesBuilder::new()
        .response("400", problem_response("The request cannot be understood"))
        .response("401", problem_response("No valid token"))
        .response("404", problem_response("Nothing here, or nothing for this token"))
        .response(
            "422",
            problem_response("Mistakes in fields, or refused by the rules"),
        )
}

fn good(about: &str, schema: &str) -> ResponseBuilder {
    ResponseBuilder::new()
        .description(about)
        .content("application/json", json_content(schema_ref(schema)))
}

fn any_object(about: &str) -> ResponseBuilder {
    ResponseBuilder::new().description(about).content(
        "application/json",
        json_content(RefOr::T(object().build().into())),
    )
}

fn header(about: &str) -> utoipa::openapi::Header {
    HeaderBuilder::new()
        .schema(text())
        .description(Some(about))
        .build()
}

fn parameter(name: &str, place: ParameterIn, schema: ObjectBuilder) -> Parameter {
    let needed = if matches!(place, ParameterIn::Path) {
        Required::True
    } else {
        Required::False
    };
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(needed)
        .schema(Some(schema))
        .build()
}

fn case_id() -> Parameter {
    parameter("id", ParameterIn::Path, text().examples(["FC-28T5-CY4T-QKFF-1"]))
}

fn cases_item() -> PathItem {
    let mut list = OperationBuilder::new()
        .operation_id(Some("listCases"))
        .summary(Some("The cases within the token's reach, page by page"))
        .responses(
            responses()
                .response(
                    "200",
                    any_object("cases, and next: the cursor of the next page, or null")
                        .header("Link", header("The next page, rel=\"next\"")),
                )
                .build(),
        );
    for (name, values) in cases::parameters() {
        let schema = if values.is_empty() {
            text()
        } else {
            text().enum_values(Some(values))
        };
        list = list.parameter(parameter(name, ParameterIn::Query, schema));
    }
    let take_in = OperationBuilder::new()
        .operation_id(Some("takeIn"))
        .summary(Some("Takes a complaint in"))
        .parameter(parameter("Idempotency-Key", ParameterIn::Header, event_id()))
        .request_body(Some(
            RequestBodyBuilder::new()
                .content("application/json", json_content(schema_ref("Complaint")))
                .required(Some(Required::True))
                .build(),
        ))
        .responses(
            responses()
                .response(
                    "201",
                    good("Taken in", "TakenIn").header("Location", header("The case")),
                )
                .response("200", good("Taken in before under this key", "TakenIn"))
                .build(),
        );
    let mut item = PathItem::new(HttpMethod::Get, list);
    item.post = Some(take_in.build());
    item
}

fn case_get() -> Operation {
    OperationBuilder::new()
        .operation_id(Some("getCase"))
        .summary(Some(
            "A case: state, clocks with their derivation, consents, appointment, and every action with its fields or the reason why not",
        ))
        .parameter(case_id())
        .parameter(
            ParameterBuilder::new()
                .name("personal")
                .parameter_in(ParameterIn::Query)
                .required(Required::False)
                .description(Some("With the complainant in full; recorded as such a reading."))
                .schema(Some(text().enum_values(Some(["true", "false"]))))
                .build(),
        )
        .responses(responses().response("200", any_object("The case")).build())
        .build()
}

fn command_post() -> Operation {
    OperationBuilder::new()
        .operation_id(Some("giveCommand"))
        .summary(Some("Carries an order out"))
        .parameter(case_id())
        .request_body(Some(
            RequestBodyBuilder::new()
                .content("application/json", json_content(schema_ref("Command")))
                .required(Some(Required::True))
                .build(),
        ))
        .responses(
            responses()
                .response("200", good("Carried out, now or before", "Done"))
                .response(
                    "409",
                    problem_response("The case has changed since the versions seen"),
                )
                .build(),
        )
        .build()
}

fn files_item() -> PathItem {
    let list = OperationBuilder::new()
        .operation_id(Some("listFiles"))
        .summary(Some(
            "The files of a case, withdrawn ones too; recorded as a reading",
        ))
        .parameter(case_id())
        .responses(
            responses()
                .response(
                    "200",
                    any_object(
                        "files: id, name, kind, media, bytes, sha256, address, note, by, at, withdrawn",
                    ),
                )
                .build(),
        );
    let mut attach = OperationBuilder::new()
        .operation_id(Some("attachFile"))
        .summary(Some(
            "Attaches a file: the content as it is, looked at before it is kept",
        ))
        .parameter(case_id())
        .parameter(
            ParameterBuilder::new()
                .name("Idempotency-Key")
                .parameter_in(ParameterIn::Header)
                .required(Required::True)
                .schema(Some(event_id()))
                .build(),
        );
    for name in files::PARAMETERS {
        let schema = match name {
            "kind" => text().enum_values(Some(["material", "evidence", "signed", "other"])),
            _ => text(),
        };
        let needed = if name == "name" {
            Required::True
        } else {
            Required::False
        };
        attach = attach.parameter(
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Query)
                .required(needed)
                .schema(Some(schema))
                .build(),
        );
    }
    let binary = ContentBuilder::new().build();
    let attach = attach
        .request_body(Some(
            RequestBodyBuilder::new()
                .content("application/octet-stream", binary)
                .description(Some(
                    "Any media type; application/octet-stream where none is claimed.",
                ))
                .required(Some(Required::True))
                .build(),
        ))
        .responses(
            responses()
                .response(
                    "201",
                    any_object("Attached: id, name, media, bytes, sha256, address, versions"),
                )
                .response("200", any_object("Attached before under this key"))
                .response("413", problem_response("Larger than a file may be"))
                .build(),
        );
    let mut item = PathItem::new(HttpMethod::Get, list);
    item.post = Some(attach.build());
    item
}

fn file_get() -> Operation {
    OperationBuilder::new()
        .operation_id(Some("getFile"))
        .summary(Some("The content of a file; recorded as a reading"))
        .parameter(case_id())
        .parameter(parameter(
            "file",
            ParameterIn::Path,
            event_id_like("The id of the file"),
        ))
        .responses(
            responses()
                .response(
                    "200",
                    ResponseBuilder::new()
                        .description("The content, in the media type that it was found to have")
                        .content("application/octet-stream", ContentBuilder::new().build()),
                )
                .build(),
        )
        .build()
}

fn open_item(id: &str, about: &str) -> PathItem {
    let operation = OperationBuilder::new()
        .operation_id(Some(id))
        .summary(Some(about))
        .securities(Some([SecurityRequirement::default()]))
        .responses(ResponsesBuilder::new().response("200", any_object(about)).build());
    PathItem::new(HttpMethod::Get, operation)
}
