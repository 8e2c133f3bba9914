//! Routes as data: the router and the list of what it answers are made by the same lines.
//!
//! The list is what the tests of permissions walk over: a route that they do not know fails them.

use crate::state::Shared;
use axum::{
    Router,
    handler::Handler,
    routing::{self, MethodRouter},
};

/// One method of one path of the server.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// The pattern, such as `/cases/{id}`.
    pub path: String,
    /// The method, in capitals.
    pub method: &'static str,
}

/// The methods of one path.
pub(crate) struct Methods {
    names: Vec<&'static str>,
    router: MethodRouter<Shared>,
}

macro_rules! methods {
    ($($name:ident = $method:literal, $wrap:meta;)*) => {
        $(
            #[$wrap]
            pub(crate) fn $name<H: Handler<T, Shared>, T: 'static>(handler: H) -> Methods {
                Methods { names: vec![$method], router: routing::$name(handler) }
            }
        )*
    };
}

methods! {
    get = "GET", doc = "Answers GET (and HEAD).";
    post = "POST", doc = "Answers POST.";
    put = "PUT", doc = "Answers PUT.";
}

impl Methods {
    /// Answers POST as well.
    pub(crate) fn post<H: Handler<T, Shared>, T: 'static>(mut self, handler: H) -> Self {
        self.names.push("POST");
        self.router = self.router.post(handler);
        self
    }
}

/// A router, and the list of its routes.
#[derive(Default)]
pub(crate) struct Routes {
    list: Vec<Route>,
    router: Router<Shared>,
}

impl Routes {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn route(mut self, path: &str, methods: Methods) -> Self {
        self.list.extend(methods.names.iter().map(|method| Route {
            path: path.to_owned(),
            method,
        }));
        self.router = self.router.route(path, methods.router);
        self
    }

    pub(crate) fn nest(mut self, prefix: &str, inner: Routes) -> Self {
        self.list.extend(inner.list.into_iter().map(|r| Route {
            path: format!("{prefix}{}", r.path),
            method: r.method,
        }));
        self.router = self.router.nest(prefix, inner.router);
        self
    }

    pub(crate) fn fallback<H: Handler<T, Shared>, T: 'static>(mut self, handler: H) -> Self {
        self.router = self.router.fallback(handler);
        self
    }

    /// Puts a layer around the routes so far.
    pub(crate) fn wrapped(self, wrap: impl FnOnce(Router<Shared>) -> Router<Shared>) -> Self {
        Routes {
            list: self.list,
            router: wrap(self.router),
        }
    }

    /// Adds the routes of another router; a path may stand in both with other methods.
    pub(crate) fn merge(mut self, other: Routes) -> Self {
        self.list.extend(other.list);
        self.router = self.router.merge(other.router);
        self
    }

    pub(crate) fn list(self) -> Vec<Route> {
        self.list
    }

    pub(crate) fn router(self) -> Router<Shared> {
        self.router
    }
}
