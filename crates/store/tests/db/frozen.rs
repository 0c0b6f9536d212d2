//! Merged migrations do not change, because databases have run them already.

use deskwire_store::Migration;
use sha2::{Digest as _, Sha256};

/// Every migration and the SHA-256 of its texts for both databases, without comments.
const FROZEN: &[(&str, &str)] = &[
    ("0001_baseline", "6e2dac2869d4f5d9b44c41f1d0d7ac25ad56e9b82a095f994febe1890fcadcf2"),
    ("0023_principals", "7e38483e7ed2e0b6842be56669feb154c07fc52dbddb2182a040d58a4db1017d"),
    ("0024_help_center", "6c54867b81ecc1ba60ff4290cf1e303d36a0ec89f8b4aa3ff201c4efb48d3331"),
    ("0025_news", "70f7c7210376b2c6e3e9069ed60aae12d5bd7448068650c493e7bf84460c9dfd"),
    ("0026_ai_content", "401ff5a3a5d2f7daee702df199cef22b56e0e53462320861c1b781877b371193"),
    ("0027_settings", "7abef34a167fef2e3839d0a82d681cbd6ae25e2e3d897cedeefe9b8c14998b86"),
    ("0028_access_and_office_hours", "5c04a1fb6b722abff19d13467b2bb64dfae8a3fc54bc89e5de2832a6eeb020fb"),
    ("0029_whatsapp_messages", "c713a5aa2605cc31d187339946c519bbd570ab553ae1ed3dd3bd79dd6a470c0a"),
    ("0030_content_index", "65a743684862150f8c7f007e5fa826b671e9056204cf9d4095a04ae80b797f7c"),
    ("0031_internal_articles", "384978a7ffcc8fcf97f22c064a3e4139b697ee652dc336ed42fef07b11d877c4"),
    ("0032_snippets_and_folders", "58574f397ae7e629ddb0ba723227160ef4dcfcf7422a3dbd4708f5306dba31cf"),
    ("0033_audiences", "23cf963d9e5b2e143e767d85e9349fe456c895a76d7091129757b17ce20da2da"),
    ("0034_data_connectors", "25813acad42728b52392a1d120377f6b1d630631c83b6660336daa5b9f818aed"),
    ("0035_banners", "3d9a75d97d1162dc19287f67a35049d5375090dfd3b919698f4ad85670dfbf39"),
    ("0036_catalogs", "d1be5810b25485b087f9cce3b074ec1f5b300c49210800a0922dc38191f2beec"),
    ("0037_exports", "1c5b021590cdc77d547a1e63e954cbdba692369ecffb56451f754f0793f39533"),
    ("0038_reporting", "6c96d17281cae86bb541bac440ec8075a94e9936cbf97a09ac8a6c50288d93a8"),
    ("0039_workflows", "6f7ff1c84ef7117104a66dae8bfc851108bf1d5f5fded35c4219e61c82e25610"),
    ("0040_calls", "1cc42abcec02e9213b5ceef0b15f747470a114ef3b7950a8ee06b4b169c4c83b"),
    ("0043_fin", "cb29525038a79e9673d7aaad5f5b0e4429b396bea74cc45424adb282aea571df"),
    ("0044_fin_procedures", "97373f6df4356a13dfd0ded685dbe03d6c0d0322cf1438058bd79ff76a6b8a11"),
    ("0045_fin_usage", "a7b91a0965331aa54e858a6eb58047fd17e0bf8100b99344d11cdd547632f95f"),
    ("0047_bulk_tasks", "9cd627cc66a9611f30e4ec728951d93dfd949af18c5b0d3c47234d0ca510d976"),
    ("0048_fin_teams", "bf260a0f3f6e3655b1785bdbc0498aeb6766e85fcdec792a0e87ef4fc6073b2d"),
    ("0049_phone_call_redirects", "b0656cdf19f8fce7974c8e59e52ef5a281a9631820cd0e06935a0f15d049c206"),
    ("0050_inbox_sessions", "3c9cdb93df60cc642b961758afe4cd23f6ab3805b056603f897cdc28fabe77a1"),
    ("0051_conversation_rows", "87a6cf2b92a72c64f30a5f43b6203a6e36d8d0d8d465e2afdad088f083817433"),
    ("0052_replies_and_drafts", "fb0068dd8c70c01075adbdbd3b9f1c7feaf59443ae19007699f902affe105e16"),
    ("0054_words_by_content", "ad41b53bca7ab79316c2000cfa7421b4f788a509aa84f4a84297508c10e5090c"),
    ("0055_calls_by_time", "114f5fa12fc27a34f0b5069e11e25621300db285a0b3cd0fddec599e7229268a"),
    ("0056_invitations", "5ed6921cc7fac49527aacd8aace34dbfd1fae5da918001f8c0e004ecdb98b6e1"),
    ("0060_macros_as_html", "3f416e4e53e4eb3120f5bb2f9a97790aee9797ffd36da3bdda7c446ae9b32b93"),
    ("0063_webhook_log", "e60972b88423a2c29ce36b6d316a3ca19baf7a74e5cfdecaa497770b2e27e487"),
    ("0064_mail_wishes", "691724f4d556227fda2d6ef6d2c67c9004bb8170aabb1baf1aa1df97766923bb"),
    ("0066_reports", "a758a68bdecc32c9dbc47c807b7c83a8c46a859837c89cff8eb9e7d05a7aa7d2"),
    ("0067_lists_of_teammates", "7314606881124df5821106e92c1e9a5a3522827b930f8b15decef0adc7db0c60"),
    ("0068_loose_files", "b3a99ff2f8a8366c105c34f29d3b4b893a49253feab85302aba637cfd5e087e3"),
    ("0069_several_servers", "ab8f2f50330010de5fc2e142a076f9fb6beadca187509baac36da73eee1adc14"),
    ("0070_webhook_log_by_state", "64653d2077d7a5b228e64ca49521beb6f0f74ca8eca2cb1ce41fd7c3ccce2881"),
    ("0071_stop_words_of_titles", "60b9b0a46a9adbcadafc8988dba37113e5d8e68d4fdc8cc96f8cfd8611e2c31f"),
    ("0072_no_skip_scans", "4def5f50edd3e79e27e00dd370c6dffa3258c961f101df23f809e727deeddfd5"),
    ("0073_macros_of_held_replies", "634e9064ce3318813b9bd83c3d818bd82c975398699d4ce84c048b7f86639945"),
    ("0074_pictures", "2572f8349fa09461c4259f44407a596f43b7d3843e51e4d6e15c6499c0a6fe90"),
    ("0075_files_of_messages", "8081608c1d13ec1a30eb974cb709d8902928a34cea5b9b98f6e4ffce24c76468"),
    ("0076_held_conversations", "6d6d516f831bad8c24b5ee8606a6388aff7d3f785d98f579a5337ae587daa94a"),
];

#[test]
fn migrations_that_have_landed_are_as_they_were() {
    let hash = |migration: &Migration| {
        let mut hash = Sha256::new();
        for text in [migration.sqlite, migration.postgres] {
            hash.update(text);
            hash.update([0]);
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    for migration in Migration::embedded() {
        let (name, found) = (migration.name, hash(migration));
        match FROZEN.iter().find(|(frozen, _)| *frozen == name) {
            Some((_, frozen)) => assert_eq!(
                found, *frozen,
                "{name} is not as it was when it landed, and databases that have run it will not run it again. Undo the \
                 change, and write it as a new migration with a higher number. Only if {name} has not landed yet, put its \
                 hash, {found}, into the table FROZEN"
            ),
            None => panic!("{name} is new: add (\"{name}\", \"{found}\") to the table FROZEN"),
        }
    }
    let embedded: Vec<&str> = Migration::embedded().iter().map(|migration| migration.name).collect();
    let frozen: Vec<&str> = FROZEN.iter().map(|(name, _)| *name).collect();
    assert_eq!(embedded, frozen, "a migration that has landed is missing or renamed: put it back");
}
