//! What the official OFREP provider for Rust makes of Sluice's answers.

use std::env::var;
use std::fmt::Debug;

use open_feature::provider::FeatureProvider;
use open_feature::{EvaluationContext, EvaluationErrorCode};
use open_feature_ofrep::{OfrepOptions, OfrepProvider};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};

async fn provider(key: &str) -> OfrepProvider {
    let mut headers = HeaderMap::new();
    if !key.is_empty() {
        headers.insert(AUTHORIZATION, HeaderValue::from_str(&format!("Bearer {key}")).unwrap());
    }
    let base_url = var("SLUICE_URL").unwrap();
    OfrepProvider::new(OfrepOptions { base_url, headers, ..Default::default() }).await.unwrap()
}

fn same<T: PartialEq + Debug>(what: &str, found: T, expected: T) {
    if found != expected {
        println!("{what}: {found:?}, not {expected:?}");
        std::process::exit(1);
    }
}

fn person(key: &str) -> EvaluationContext {
    EvaluationContext::default().with_targeting_key(key)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let someone = person("customer-1");
    let ada = person("customer-1").with_custom_field("email", "ada@example.com");
    let server = provider(&var("SLUICE_KEY").unwrap()).await;

    let on = server.resolve_bool_value("bool", &ada).await.unwrap();
    same("a rule", (on.value, on.variant.as_deref()), (true, Some("on")));
    let off = server.resolve_bool_value("bool", &someone).await.unwrap();
    same("the default", (off.value, off.variant.as_deref()), (false, Some("off")));
    same("text", server.resolve_string_value("text", &someone).await.unwrap().value.as_str(), "Grüß Gott 👋");
    same("a whole number", server.resolve_int_value("whole", &someone).await.unwrap().value, 7);
    same("a part", server.resolve_float_value("part", &someone).await.unwrap().value, 1.5);
    let object = server.resolve_struct_value("object", &someone).await.unwrap().value;
    same("an object", object.fields.len(), 2);
    same("the default in the code", server.resolve_string_value("in code", &someone).await.is_err(), true);

    for line in std::fs::read_to_string(var("SHARES").unwrap()).unwrap().lines() {
        let (user, variant) = line.split_once(' ').unwrap();
        let share = server.resolve_string_value("share", &person(user)).await.unwrap();
        same(user, share.variant.as_deref(), Some(variant));
    }

    let unknown = server.resolve_bool_value("nowhere", &someone).await.unwrap_err();
    same("an unknown flag", unknown.code, EvaluationErrorCode::FlagNotFound);
    let other = server.resolve_bool_value("text", &someone).await.unwrap_err();
    // This provider calls it that.
    same("another type", other.code, EvaluationErrorCode::ParseError);
    for key in ["ü & +1", "one/two"] {
        same(key, server.resolve_bool_value(key, &someone).await.unwrap().value, true);
    }

    let browser = provider(&var("SLUICE_CLIENT_KEY").unwrap()).await;
    same("a client's flag", browser.resolve_bool_value("bool", &ada).await.unwrap().value, true);
    let hidden = browser.resolve_bool_value("text", &someone).await.unwrap_err();
    same("a flag that isn't a client's", hidden.code, EvaluationErrorCode::FlagNotFound);
    let another = format!("slc_server_production_{}", "0".repeat(40));
    for key in ["", &another] {
        let refused = provider(key).await.resolve_bool_value("bool", &someone).await.unwrap_err();
        let words = "authentication/authorization error".to_string();
        same("a key that isn't valid", refused.code, EvaluationErrorCode::General(words));
    }
}
