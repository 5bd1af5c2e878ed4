//! The board over TLS, with a certificate made for the test.

use crate::running::{answer_of, board, client, header, key};
use detente_web::Tls;

fn certificate() -> (String, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    (made.cert.pem(), made.signing_key.serialize_pem())
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_and_sign_in_go_over_tls_alone() {
    let (chain, private_key) = certificate();
    let tls = Tls::from_pem(chain.as_bytes(), private_key.as_bytes()).unwrap();
    let running = board(Some(tls), None).await;
    let base = format!("https://{}", running.address);
    let trusting = client(Some(&chain));
    let page = trusting.get(format!("{base}/sign-in")).send().await.unwrap();
    assert_eq!(page.status(), 200);
    let answer = answer_of(&trusting, &base, &key("ALBA")).await;
    let sign_in = |origin: &str| {
        let request = trusting.post(format!("{base}/sign-in")).header("Origin", origin);
        request.form(&[("answer", &answer)]).send()
    };
    let from_plain = sign_in(&base.replace("https", "http")).await.unwrap();
    assert_eq!(from_plain.status(), 403);
    let signed_in = sign_in(&base).await.unwrap();
    assert_eq!(signed_in.status(), 303);
    let cookie = header(&signed_in, "set-cookie");
    for part in [
        "__Host-detente-",
        "; Secure",
        "; HttpOnly",
        "; SameSite=Strict",
        "; Path=/",
    ] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let cookie = cookie.split(';').next().unwrap();
    let page = trusting
        .get(format!("{base}/"))
        .header("Cookie", cookie)
        .send()
        .await
        .unwrap();
    assert!(page.text().await.unwrap().contains("Signed in as"));
    // Whoever does not trust the certificate, or speaks no TLS, gets nothing.
    assert!(client(None).get(format!("{base}/sign-in")).send().await.is_err());
    let plain = client(None)
        .get(format!("http://{}/sign-in", running.address))
        .send()
        .await;
    assert!(plain.is_err());
}

#[test]
fn what_cannot_serve_is_refused_with_its_reason() {
    let ((chain, key), (_, other_key)) = (certificate(), certificate());
    for (chain, key, why) in [
        ("", &*key, "no certificate in PEM form"),
        (&*chain, "", "private key cannot be read"),
        (&*chain, &*other_key, "do not serve"),
    ] {
        let error = Tls::from_pem(chain.as_bytes(), key.as_bytes()).unwrap_err();
        assert!(error.contains(why), "{error}");
    }
}
