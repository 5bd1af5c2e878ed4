//! Sessions: one cookie a deal and port, few of one person, and no private key that anybody would be asked for.

use std::time::{Duration, Instant};

use detente_ledger::log::keys::PrivateKey;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::running::{TEXT, answer_of, board, board_of, client, header, key};

/// Signs in and gives the cookie.
async fn signed_in(base: &str) -> String {
    let client = client(None);
    let answer = answer_of(&client, base, &key("ALBA")).await;
    let sent = client
        .post(format!("{base}/sign-in"))
        .form(&[("answer", answer)])
        .send()
        .await
        .unwrap();
    assert_eq!(sent.status(), 303, "{}", sent.text().await.unwrap());
    header(&sent, "set-cookie").split(';').next().unwrap().to_owned()
}

async fn is_in(base: &str, cookies: &str) -> bool {
    let page = client(None)
        .get(format!("{base}/text"))
        .header("Cookie", cookies)
        .send()
        .await
        .unwrap();
    page.status() == 200
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_sent_is_refused_and_not_sent_back() {
    let running = board(None, None).await;
    let base = format!("http://{}", running.address);
    let client = client(None);
    let page = client
        .get(format!("{base}/sign-in"))
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(
        page.contains("never paste it here") && !page.contains("name=\"key\""),
        "{page}"
    );
    let file = key("ALBA").to_file();
    let sent = client
        .post(format!("{base}/sign-in"))
        .form(&[("answer", &file)])
        .send()
        .await
        .unwrap();
    assert_eq!(sent.status(), 403);
    let page = sent.text().await.unwrap();
    assert!(
        !page.contains("secret") && !page.contains(&key("ALBA").public()),
        "{page}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_is_answered_once_with_a_registered_key() {
    let running = board(None, None).await;
    let base = format!("http://{}", running.address);
    let client = client(None);
    let send = async |answer: &str| {
        let sent = client
            .post(format!("{base}/sign-in"))
            .form(&[("answer", answer)])
            .send();
        sent.await.unwrap().status().as_u16()
    };
    let answer = answer_of(&client, &base, &key("ALBA")).await;
    assert_eq!(send(&answer).await, 303);
    assert_eq!(send(&answer).await, 403, "it serves once");
    let stranger = PrivateKey::from_seed("ALBA", &[99; 32]);
    assert_eq!(send(&answer_of(&client, &base, &stranger).await).await, 403);
    let mut other = key("AGENCY");
    other.person = "ALBA".to_owned();
    assert_eq!(send(&answer_of(&client, &base, &other).await).await, 403);
    // The challenge of another board of the same deal.
    let elsewhere = board(None, None).await;
    let answer = answer_of(&client, &format!("http://{}", elsewhere.address), &key("ALBA")).await;
    assert_eq!(send(&answer).await, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn boards_of_one_machine_do_not_end_each_others_sessions() {
    let (one, two) = (board(None, None).await, board(None, None).await);
    let three = board_of(&TEXT.replace("A shut plant", "Another plant"), None, None).await;
    let bases = [one, two, three].map(|running| (format!("http://{}", running.address), running));
    let mut cookies = Vec::new();
    for (base, _) in &bases {
        cookies.push(signed_in(base).await);
    }
    let mut names: Vec<&str> = cookies
        .iter()
        .filter_map(|cookie| cookie.split('=').next())
        .collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 3, "{names:?}");
    let all = cookies.join("; ");
    for (base, _) in &bases {
        assert!(is_in(base, &all).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_has_few_sessions_and_the_oldest_ends_first() {
    let running = board(None, None).await;
    let base = format!("http://{}", running.address);
    let mut cookies = Vec::new();
    for _ in 0..7 {
        cookies.push(signed_in(&base).await);
    }
    let mut open = Vec::new();
    for cookie in &cookies {
        open.push(is_in(&base, cookie).await);
    }
    assert_eq!(open, [false, false, true, true, true, true, true]);
}

/// A head that does not come in time is not waited for, nor is a body: (what is sent, seconds that it may take, the answer).
#[tokio::test(flavor = "multi_thread")]
async fn slow_requests_are_ended() {
    let running = board(None, None).await;
    let host = running.address.to_string();
    let body = format!(
        "POST /sign-in HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: 100\r\n\r\nanswer="
    );
    let cases = [
        (format!("GET / HTTP/1.1\r\nHost: {host}\r\n"), 10, ""),
        (body, 20, "HTTP/1.1 408"),
    ];
    let waits = cases.map(|(sent, limit, expected)| {
        let address = running.address;
        tokio::spawn(async move {
            let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
            stream.write_all(sent.as_bytes()).await.unwrap();
            let begun = Instant::now();
            let mut answer = vec![0; 1000];
            let read = tokio::time::timeout(Duration::from_secs(60), stream.read(&mut answer)).await;
            let length = read.expect("the board hangs up").unwrap_or(0);
            let took = begun.elapsed().as_secs();
            assert!(took + 1 >= limit, "ended after {took} s");
            let answer = String::from_utf8_lossy(&answer[..length]).into_owned();
            assert!(answer.starts_with(expected), "{answer}");
        })
    });
    for wait in waits {
        wait.await.unwrap();
    }
}
