//! Taking a piece back from stock WordPress. There is nobody to ask there: what the account may remove goes to the trash,
//! from which an editor can take it out again.

use super::Site;
use crate::http::Trouble;

impl Site {
    /// Puts the posts of a draft into the trash; those that an editor rewrote too, for it is the ministry's word that is
    /// taken back. Files stay: another piece may use them.
    ///
    /// # Errors
    /// `rights` when a post was published and the account may not remove published posts.
    pub async fn withdraw(&self, draft: &str) -> Result<(), Trouble> {
        let posts = self.posts(draft, &[]).await?;
        for post in posts.by_lang.values().chain(&posts.extra) {
            let ours = post.mark.as_ref().is_some_and(|mark| mark.draft == draft);
            if ours && !post.is_trashed() {
                self.delete(&format!("posts/{}", post.id), false).await?;
            }
        }
        Ok(())
    }
}
