//! Keys: the provider that holds the key-encryption key, and the ring of customers' data keys.

use crate::StoreError;
use aes_gcm_siv::{
    Aes256GcmSiv, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use domain::CustomerId;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use hmac::{Hmac, Mac};
use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};
use zeroize::Zeroizing;

/// The name of the one sealing algorithm so far; it is stored with everything that was sealed.
pub(crate) const ALGORITHM: &str = "AES-256-GCM-SIV";

/// A secret of 32 bytes that is wiped when it is dropped.
pub type Secret = Zeroizing<[u8; 32]>;

/// Where the key-encryption key and the checkpoint key live: a file here, a hardware module or a
/// key service elsewhere.
pub trait KeyProvider: Send + Sync {
    /// Encrypts a data key under the key-encryption key, bound to its customer.
    ///
    /// # Errors
    /// When the provider cannot be reached.
    fn wrap(&self, customer: CustomerId, key: &Secret) -> Result<Vec<u8>, StoreError>;

    /// Opens what [`KeyProvider::wrap`] made.
    ///
    /// # Errors
    /// When the bytes belong to another customer or another key-encryption key.
    fn unwrap(&self, customer: CustomerId, wrapped: &[u8]) -> Result<Secret, StoreError>;

    /// Derives a key for another use; the same label gives the same key.
    fn derive(&self, label: &str) -> Secret;

    /// Signs a checkpoint record (Ed25519).
    fn sign(&self, message: &[u8]) -> [u8; 64];

    /// The public key that belongs to [`KeyProvider::sign`].
    fn public_key(&self) -> [u8; 32];
}

/// Keys in two files of mode 0600: `kek` and `checkpoint`, each 64 hexadecimal digits.
pub struct FileKeys {
    kek: Secret,
    signing: SigningKey,
}

impl FileKeys {
    /// Makes new keys in `dir`.
    ///
    /// # Errors
    /// When keys are there already, or the folder cannot be written.
    pub fn create(dir: &Path) -> Result<Self, StoreError> {
        if Self::exist(dir) {
            return Err(StoreError::Keys {
                reason: format!("{} holds keys already", dir.display()),
            });
        }
        make_dir(dir)?;
        let secret = random_secret()?;
        let signing = SigningKey::from_bytes(&secret);
        let kek = random_secret()?;
        // The key-encryption key comes last and whole: until it stands under its name there are no keys,
        // and what a crash left of the others has signed nothing and is written anew.
        let text = |bytes: &[u8]| Zeroizing::new(hex::encode(bytes) + "\n");
        place_file(&dir.join("checkpoint"), &text(signing.as_bytes()))?;
        place_file(
            &dir.join("checkpoint.pub"),
            &text(&signing.verifying_key().to_bytes()),
        )?;
        sync_dir(dir)?;
        place_file(&dir.join("kek"), &text(kek.as_ref()))?;
        sync_dir(dir)?;
        Self::load(dir)
    }

    /// Loads the keys in `dir`.
    ///
    /// # Errors
    /// When a file is missing or has not the written form.
    pub fn load(dir: &Path) -> Result<Self, StoreError> {
        let signing = read_secret(&dir.join("checkpoint"))?;
        Ok(FileKeys {
            kek: read_secret(&dir.join("kek"))?,
            signing: SigningKey::from_bytes(&signing),
        })
    }

    /// Whether `dir` holds keys.
    #[must_use]
    pub fn exist(dir: &Path) -> bool {
        dir.join("kek").exists()
    }
}

fn read_secret(path: &PathBuf) -> Result<Secret, StoreError> {
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|e| StoreError::Keys {
        reason: format!("{} cannot be read: {e}", path.display()),
    })?);
    let mut key = Zeroizing::new([0u8; 32]);
    hex::decode_to_slice(text.trim(), key.as_mut()).map_err(|_| StoreError::Keys {
        reason: format!("{} does not hold 64 hexadecimal digits", path.display()),
    })?;
    Ok(key)
}

/// Writes a file that only its owner reads, so that it stands under its name whole or not at all.
fn place_file(path: &Path, text: &str) -> Result<(), StoreError> {
    let partial = path.with_extension("partial");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(&partial)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&partial, path))
        .map_err(|e| StoreError::io("write", path, &e))
}

pub(crate) fn write_secret(path: &Path, key: &Secret) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options
        .open(path)
        .map_err(|e| StoreError::io("write", path, &e))?;
    let text = Zeroizing::new(hex::encode(key.as_ref()) + "\n");
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(|e| StoreError::io("write", path, &e))
}

/// Makes a folder, and those above it that are missing, so that a power cut takes none of them away:
/// what lies in a folder is lost with the folder's name.
pub(crate) fn make_dir(dir: &Path) -> Result<(), StoreError> {
    let missing: Vec<&Path> = dir
        .ancestors()
        .take_while(|d| !d.as_os_str().is_empty() && !d.exists())
        .collect();
    std::fs::create_dir_all(dir).map_err(|e| StoreError::io("make", dir, &e))?;
    for made in missing {
        let above = made.parent().filter(|d| !d.as_os_str().is_empty());
        sync_dir(above.unwrap_or(Path::new(".")))?;
    }
    Ok(())
}

/// Makes the names in a folder durable.
pub(crate) fn sync_dir(dir: &Path) -> Result<(), StoreError> {
    std::fs::File::open(dir)
        .and_then(|d| d.sync_all())
        .map_err(|e| StoreError::io("flush", dir, &e))
}

pub(crate) fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0u8; N];
    getrandom::fill(&mut bytes).map_err(|e| StoreError::Keys {
        reason: format!("the operating system gave no random numbers: {e}"),
    })?;
    Ok(bytes)
}

fn random_secret() -> Result<Secret, StoreError> {
    Ok(Zeroizing::new(random()?))
}

/// Seals `text` under `key`: nonce (12 bytes), then ciphertext with its tag.
pub(crate) fn seal(key: &[u8; 32], aad: &[u8], text: &[u8]) -> Result<Vec<u8>, StoreError> {
    let nonce: [u8; 12] = random()?;
    let cipher = Aes256GcmSiv::new(key.into());
    let sealed = cipher
        .encrypt(&Nonce::from(nonce), Payload { msg: text, aad })
        .map_err(|_| StoreError::Keys {
            reason: "sealing failed: the text is too long".into(),
        })?;
    let mut out = Vec::with_capacity(12 + sealed.len());
    out.extend_from_slice(&nonce);
    out.extend_from_slice(&sealed);
    Ok(out)
}

/// Opens what [`seal`] made; `None` when key, place or bytes do not fit.
pub(crate) fn open(key: &[u8; 32], aad: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, text) = sealed.split_at_checked(12)?;
    let nonce: [u8; 12] = nonce.try_into().ok()?;
    let cipher = Aes256GcmSiv::new(key.into());
    cipher
        .decrypt(&Nonce::from(nonce), Payload { msg: text, aad })
        .ok()
        .map(Zeroizing::new)
}

fn wrap_aad(customer: CustomerId) -> Vec<u8> {
    [b"forecourt/data-key/1".as_slice(), &customer.bytes()].concat()
}

pub(crate) fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes keys of any length.
    let mut mac =
        <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).expect("HMAC-SHA-256 takes a key of any length");
    for p in parts {
        mac.update(p);
    }
    mac.finalize().into_bytes().into()
}

impl KeyProvider for FileKeys {
    fn wrap(&self, customer: CustomerId, key: &Secret) -> Result<Vec<u8>, StoreError> {
        seal(&self.kek, &wrap_aad(customer), key.as_ref())
    }

    fn unwrap(&self, customer: CustomerId, wrapped: &[u8]) -> Result<Secret, StoreError> {
        let bad = || StoreError::Keys {
            reason: format!("the data key of customer {customer} does not open with keys/kek"),
        };
        let text = open(&self.kek, &wrap_aad(customer), wrapped).ok_or_else(bad)?;
        let mut key = Zeroizing::new([0u8; 32]);
        if text.len() != 32 {
            return Err(bad());
        }
        key.copy_from_slice(&text);
        Ok(key)
    }

    fn derive(&self, label: &str) -> Secret {
        Zeroizing::new(hmac(&self.kek, &[b"forecourt/derive/1/", label.as_bytes()]))
    }

    fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.signing.sign(message).to_bytes()
    }

    fn public_key(&self) -> [u8; 32] {
        self.signing.verifying_key().to_bytes()
    }
}

/// Whether `signature` over `message` was made by the owner of `public`.
pub(crate) fn signature_holds(public: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
    let (Ok(key), Ok(signature)) = (VerifyingKey::from_bytes(public), Signature::from_slice(signature))
    else {
        return false;
    };
    key.verify_strict(message, &signature).is_ok()
}

/// Returns a short public name of a key-encryption key: it tells keys apart and tells nothing else.
pub(crate) fn fingerprint(keys: &dyn KeyProvider) -> String {
    hex::encode(&Sha256::digest(keys.derive("fingerprint").as_ref())[..8])
}

/// What the ring knows of a customer's key.
#[derive(Clone)]
pub(crate) enum DataKey {
    /// The key is in the database.
    Stored(Arc<Secret>),
    /// The key was made here and goes into the database with the first work that uses it.
    Fresh(Arc<Secret>, Arc<Vec<u8>>),
    /// The key was destroyed.
    Erased,
}

/// How many keys are kept unwrapped at once.
const RING: usize = 16_384;
/// How long a key is believed before the database is asked again (another process may have erased it).
const BELIEVED: Duration = Duration::from_secs(60);

/// The unwrapped data keys in use, bounded; dropped keys are wiped.
pub(crate) struct KeyRing {
    known: Mutex<HashMap<CustomerId, (DataKey, Instant)>>,
}

impl KeyRing {
    pub(crate) fn new() -> Self {
        KeyRing {
            known: Mutex::new(HashMap::new()),
        }
    }

    pub(crate) fn get(&self, customer: CustomerId) -> Option<DataKey> {
        let known = self.known.lock();
        let (key, at) = known.get(&customer)?;
        let fresh = matches!(key, DataKey::Fresh(..));
        (fresh || at.elapsed() < BELIEVED).then(|| key.clone())
    }

    /// Keeps what is known of a key; returns what is kept. What the database said goes before a fresh key,
    /// which is only a proposal until it is stored.
    pub(crate) fn keep(&self, customer: CustomerId, key: DataKey) -> DataKey {
        let mut known = self.known.lock();
        if matches!(key, DataKey::Fresh(..))
            && let Some((kept, _)) = known.get(&customer)
        {
            return kept.clone();
        }
        if known.len() >= RING {
            let mut left = RING / 4;
            known.retain(|_, (k, _)| {
                let drop = left > 0 && !matches!(k, DataKey::Fresh(..));
                left -= usize::from(drop);
                !drop
            });
        }
        known.insert(customer, (key.clone(), Instant::now()));
        key
    }

    /// Notes that the key of `customer` with these wrapped bytes is durable now. Another fresh key of theirs
    /// is none any more.
    pub(crate) fn stored(&self, customer: CustomerId, wrapped: &[u8]) {
        let mut known = self.known.lock();
        let Some((DataKey::Fresh(key, proposed), _)) = known.get(&customer) else {
            return;
        };
        if proposed.as_slice() == wrapped {
            let key = DataKey::Stored(Arc::clone(key));
            known.insert(customer, (key, Instant::now()));
        } else {
            known.remove(&customer);
        }
    }

    /// Forgets the fresh key with these wrapped bytes: the database has another.
    pub(crate) fn refused(&self, customer: CustomerId, wrapped: &[u8]) {
        let mut known = self.known.lock();
        if let Some((DataKey::Fresh(_, proposed), _)) = known.get(&customer)
            && proposed.as_slice() == wrapped
        {
            known.remove(&customer);
        }
    }

    pub(crate) fn forget(&self, customer: CustomerId) {
        self.known.lock().remove(&customer);
    }

    /// Makes a new key for `customer`, or returns the one that another thread has just made.
    pub(crate) fn fresh(
        &self,
        customer: CustomerId,
        provider: &dyn KeyProvider,
    ) -> Result<DataKey, StoreError> {
        let key = random_secret()?;
        let wrapped = provider.wrap(customer, &key)?;
        Ok(self.keep(customer, DataKey::Fresh(Arc::new(key), Arc::new(wrapped))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_which_a_crash_left_half_are_made_anew() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("checkpoint"), "half").unwrap();
        std::fs::write(dir.path().join("kek.partial"), "ha").unwrap();
        assert!(!FileKeys::exist(dir.path()));
        let made = FileKeys::create(dir.path()).unwrap();
        let loaded = FileKeys::load(dir.path()).unwrap();
        assert_eq!(made.public_key(), loaded.public_key());
        assert!(
            FileKeys::create(dir.path()).is_err(),
            "keys are never overwritten"
        );
    }

    #[test]
    fn a_wrapped_key_opens_only_for_its_customer_and_its_kek() {
        let dir = tempfile::tempdir().unwrap();
        let keys = FileKeys::create(&dir.path().join("a")).unwrap();
        let other = FileKeys::create(&dir.path().join("b")).unwrap();
        let secret = random_secret().unwrap();
        let wrapped = keys.wrap(CustomerId(1), &secret).unwrap();
        assert_eq!(*keys.unwrap(CustomerId(1), &wrapped).unwrap(), *secret);
        assert!(keys.unwrap(CustomerId(2), &wrapped).is_err());
        assert!(other.unwrap(CustomerId(1), &wrapped).is_err());
        assert_ne!(fingerprint(&keys), fingerprint(&other));
    }

    #[cfg(unix)]
    #[test]
    fn secret_files_are_for_the_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        FileKeys::create(dir.path()).unwrap();
        for name in ["kek", "checkpoint"] {
            assert_eq!(
                std::fs::metadata(dir.path().join(name))
                    .unwrap()
                    .permissions()
                    .mode()
                    & 0o777,
                0o600
            );
        }
        assert!(
            FileKeys::create(dir.path()).is_err(),
            "keys are never overwritten"
        );
    }

    #[test]
    fn a_signature_holds_only_for_its_message() {
        let dir = tempfile::tempdir().unwrap();
        let keys = FileKeys::create(dir.path()).unwrap();
        let signature = keys.sign(b"a");
        assert!(signature_holds(&keys.public_key(), b"a", &signature));
        assert!(!signature_holds(&keys.public_key(), b"b", &signature));
    }
}
