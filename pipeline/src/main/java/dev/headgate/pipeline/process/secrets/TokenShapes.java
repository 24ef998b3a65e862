package dev.headgate.pipeline.process.secrets;

import java.util.ArrayList;
import java.util.List;

/// Tokens that can be told by their form: what clouds and services issue with a fixed prefix or
/// mark, as their documentation shows it.
final class TokenShapes {
  private static final String UUID =
      "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";
  private static final String HEX = "[0-9a-fA-F]";
  private static final String ALNUM = "[0-9A-Za-z]";
  private static final String URL64 = "[0-9A-Za-z_-]";
  private static final String BASE64 = "[0-9A-Za-z+/]";

  private final List<SecretRule> rules = new ArrayList<>();
  private final boolean anywhere;

  private TokenShapes(boolean anywhere) {
    this.anywhere = anywhere;
  }

  /// The rules for all of them.
  ///
  /// @param anywhere whether a token counts in the middle of a word too
  static List<SecretRule> all(boolean anywhere) {
    TokenShapes shapes = new TokenShapes(anywhere);
    shapes.clouds();
    shapes.code();
    shapes.packages();
    shapes.chat();
    shapes.mail();
    shapes.money();
    shapes.models();
    shapes.observability();
    shapes.platforms();
    shapes.products();
    return List.copyOf(shapes.rules);
  }

  private void add(String name, String... forms) {
    for (String form : forms) {
      rules.add(new Shape(name, form, anywhere));
    }
  }

  private void clouds() {
    add(
        "aws_access_key_id",
        "AKIA[0-9A-Z]{16}",
        "ASIA[0-9A-Z]{16}",
        "ABIA[0-9A-Z]{16}",
        "ACCA[0-9A-Z]{16}");
    add("aws_session_token", "IQoJb3JpZ2lu[0-9A-Za-z+/=]{60,}", "FwoGZXIvYXdz[0-9A-Za-z+/=]{60,}");
    add(
        "aws_bedrock_key",
        "ABSKQmVkcm9ja0FQSUtleS[0-9A-Za-z+/=]{60,}",
        "bedrock-api-key-" + "[0-9A-Za-z+/=]{60,}");
    add("aws_mws_token", "amzn\\.mws\\." + UUID);
    add("gcp_api_key", "AIza" + URL64 + "{35}");
    add(
        "google_oauth",
        "ya29\\.[0-9A-Za-z_.-]{20,}",
        "1//0" + URL64 + "{30,}",
        "GOCSPX-" + URL64 + "{20,}");
    add(
        "azure_client_secret",
        "[0-9A-Za-z_~.-]{3}7Q~[0-9A-Za-z_~.-]{31,34}",
        "[0-9A-Za-z_~.-]{3}8Q~[0-9A-Za-z_~.-]{31,34}");
    add(
        "azure_key",
        BASE64 + "{76}\\+ASt[0-9A-Za-z+/]{5}[AQgw]==",
        BASE64 + "{76}ACDb[0-9A-Za-z+/]{5}[AQgw]==",
        BASE64 + "{76}APIM[0-9A-Za-z+/]{5}[AQgw]==",
        BASE64 + "{33}\\+ASb[0-9A-Za-z+/]{6}=",
        BASE64 + "{33}\\+AEh[0-9A-Za-z+/]{6}=",
        BASE64 + "{33}AIoT[0-9A-Za-z+/]{6}=",
        BASE64 + "{42}\\+ACR[0-9A-Za-z+/]{6}",
        BASE64 + "{42}AzSe[0-9A-Za-z+/]{6}",
        BASE64 + "{44}AzFu[0-9A-Za-z+/]{5}[AQgw]==",
        ALNUM + "{40,60}JQQJ" + ALNUM + "{20,40}");
    add("alibaba_access_key", "LTAI" + ALNUM + "{12,26}");
    add("tencent_secret_id", "AKID" + ALNUM + "{32}");
    add(
        "yandex_key",
        "AQVN" + URL64 + "{35,}",
        "y0__" + URL64 + "{50,}",
        "y0_Ag" + URL64 + "{50,}");
    add(
        "digitalocean_token",
        "dop_v1_" + HEX + "{64}",
        "doo_v1_" + HEX + "{64}",
        "dor_v1_" + HEX + "{64}");
    add("scaleway_key", "SCW[0-9A-Z]{17}");
    add("cloudflare_key", "v1\\.0-" + HEX + "{24,64}-" + HEX + "{100,160}");
  }

  private void code() {
    add(
        "github_token",
        "ghp_" + ALNUM + "{36,}",
        "gho_" + ALNUM + "{36,}",
        "ghu_" + ALNUM + "{36,}",
        "ghs_" + ALNUM + "{36,}",
        "ghr_" + ALNUM + "{36,}",
        "github_pat_[0-9A-Za-z_]{36,}");
    add(
        "gitlab_token",
        "glpat-" + URL64 + "{20,}",
        "gldt-" + URL64 + "{20,}",
        "glrt-" + URL64 + "{20,}",
        "glcbt-" + URL64 + "{20,}",
        "glptt-" + URL64 + "{20,}",
        "glft-" + URL64 + "{20,}",
        "glsoat-" + URL64 + "{20,}",
        "glimt-" + URL64 + "{20,}",
        "glagent-" + URL64 + "{20,}",
        "gloas-" + URL64 + "{20,}",
        "glffct-" + URL64 + "{20,}",
        "GR1348941" + URL64 + "{20,}");
    add(
        "atlassian_token",
        "ATATT3[0-9A-Za-z_=-]{60,}",
        "ATCTT3[0-9A-Za-z_=-]{60,}",
        "ATBB" + ALNUM + "{24,}",
        "BBDC-[0-9A-Za-z+/]{30,}");
    add("circleci_token", "CCIPAT_[0-9A-Za-z_]{40,}", "CCIPRJ_[0-9A-Za-z_]{40,}");
    add("buildkite_token", "bkua_[0-9a-z]{40}", "bkpt_[0-9a-z]{40}", "bkct_[0-9A-Za-z_]{30,}");
    add("sonar_token", "sqp_" + HEX + "{40}", "squ_" + HEX + "{40}", "sqa_" + HEX + "{40}");
    add(
        "sourcegraph_token",
        "sgp_" + HEX + "{40}",
        "sgp_" + HEX + "{16}_" + HEX + "{40}",
        "sgp_" + HEX + "{16}_local_" + HEX + "{40}",
        "sgp_local_" + HEX + "{40}",
        "slk_" + HEX + "{64}");
    add("postman_key", "PMAK-" + HEX + "{24}-" + HEX + "{34}");
    add("harness_token", "pat\\.[0-9A-Za-z_-]{22}\\." + HEX + "{24}\\." + ALNUM + "{20}");
    add("jfrog_token", "AKCp" + ALNUM + "{60,80}", "cmVmdGtu" + ALNUM + "{50,}");
    add("figma_token", "figd_" + URL64 + "{38,}", "figdh_" + URL64 + "{38,}");
  }

  private void packages() {
    add("npm_token", "npm_" + ALNUM + "{36,}");
    add("pypi_token", "pypi-AgE" + URL64 + "{50,}");
    add("rubygems_key", "rubygems_" + HEX + "{48}");
    add("nuget_key", "oy2[0-9a-z]{43}");
    add("docker_token", "dckr_pat_" + URL64 + "{20,}", "dckr_oat_" + URL64 + "{20,}");
    add("crates_token", "cio" + ALNUM + "{32}");
    add("clojars_token", "CLOJARS_[0-9a-z]{60}");
  }

  private void chat() {
    add(
        "slack_token",
        "xoxb-[0-9A-Za-z-]{20,}",
        "xoxa-[0-9A-Za-z-]{20,}",
        "xoxp-[0-9A-Za-z-]{20,}",
        "xoxr-[0-9A-Za-z-]{20,}",
        "xoxs-[0-9A-Za-z-]{20,}",
        "xoxo-[0-9A-Za-z-]{20,}",
        "xoxc-[0-9A-Za-z-]{20,}",
        "xoxd-[0-9A-Za-z%-]{20,}",
        "xoxe-[0-9A-Za-z-]{20,}",
        "xoxe\\.xox[bp]-[0-9A-Za-z-]{20,}",
        "xapp-[0-9A-Za-z-]{20,}");
    add(
        "slack_webhook",
        "hooks\\.slack\\.com/services/([0-9A-Za-z/+]{30,})",
        "hooks\\.slack\\.com/workflows/([0-9A-Za-z/+]{30,})",
        "hooks\\.slack\\.com/triggers/([0-9A-Za-z/+]{30,})");
    add(
        "discord_webhook",
        "discord\\.com/api/webhooks/([0-9]{15,20}/" + URL64 + "{50,})",
        "discordapp\\.com/api/webhooks/([0-9]{15,20}/" + URL64 + "{50,})");
    add("teams_webhook", "\\.webhook\\.office\\.com/webhookb2/([0-9A-Za-z@/-]{60,})");
    add(
        "telegram_token",
        "[0-9]{8,10}:AA" + URL64 + "{33}",
        "tgram://([0-9]{8,10}:" + URL64 + "{33,})");
    add("zapier_webhook", "hooks\\.zapier\\.com/hooks/catch/([0-9A-Za-z/]{12,})");
    add("tines_webhook", "\\.tines\\.com/webhook/(" + HEX + "{32}/" + HEX + "{32,64})");
  }

  private void mail() {
    add("sendgrid_key", "SG\\." + URL64 + "{16,40}\\." + URL64 + "{16,80}");
    add("mailgun_key", "key-" + HEX + "{32}");
    add("mailchimp_key", HEX + "{32}-us[0-9]{1,2}");
    add(
        "brevo_key",
        "xkeysib-" + HEX + "{64}-" + ALNUM + "{16}",
        "xsmtpsib-" + HEX + "{64}-" + ALNUM + "{16}");
    add("resend_key", "re_[0-9A-Za-z]{8}_[0-9A-Za-z]{24}");
    add("twilio_key", "SK[0-9a-f]{32}");
  }

  private void money() {
    add(
        "stripe_key",
        "sk_live_" + ALNUM + "{10,}",
        "sk_test_" + ALNUM + "{10,}",
        "rk_live_" + ALNUM + "{10,}",
        "rk_test_" + ALNUM + "{10,}",
        "whsec_[0-9A-Za-z+/=]{24,}");
    add(
        "square_token",
        "sq0atp-" + URL64 + "{22}",
        "sq0csp-" + URL64 + "{40,}",
        "sq0idp-" + URL64 + "{22}",
        "EAAA" + URL64 + "{55,}");
    add(
        "braintree_token",
        "access_token\\$production\\$[0-9a-z]{16}\\$" + HEX + "{32}",
        "access_token\\$sandbox\\$[0-9a-z]{16}\\$" + HEX + "{32}");
    add(
        "plaid_token",
        "access-sandbox-" + UUID,
        "access-production-" + UUID,
        "access-development-" + UUID);
    add(
        "shopify_token",
        "shpat_" + HEX + "{32}",
        "shpca_" + HEX + "{32}",
        "shppa_" + HEX + "{32}",
        "shpss_" + HEX + "{32}");
    add("razorpay_key", "rzp_live_" + ALNUM + "{14,}", "rzp_test_" + ALNUM + "{14,}");
    add("flutterwave_key", "FLWSECK-[0-9A-Za-z]{30,}", "FLWSECK_TEST-" + ALNUM + "{12,}");
    add("pagarme_key", "ak_live_" + ALNUM + "{24,}", "ak_test_" + ALNUM + "{24,}");
    add("easypost_key", "EZAK" + ALNUM + "{54}", "EZTK" + ALNUM + "{54}");
    add("shippo_token", "shippo_live_" + HEX + "{40}", "shippo_test_" + HEX + "{40}");
    add("duffel_token", "duffel_live_" + URL64 + "{40,}", "duffel_test_" + URL64 + "{40,}");
  }

  private void models() {
    add(
        "openai_key",
        "sk-" + ALNUM + "{32,}",
        "sk-proj-" + URL64 + "{40,}",
        "sk-svcacct-" + URL64 + "{40,}",
        "sk-admin-" + URL64 + "{40,}",
        ALNUM + "{16,24}T3BlbkFJ" + ALNUM + "{16,}");
    add("anthropic_key", "sk-ant-" + URL64 + "{32,}");
    add("openrouter_key", "sk-or-v1-" + HEX + "{64}");
    add("huggingface_token", "hf_" + ALNUM + "{34,}", "api_org_" + ALNUM + "{34,}");
    add("groq_key", "gsk_" + ALNUM + "{40,}");
    add("perplexity_key", "pplx-" + ALNUM + "{40,}");
    add("xai_key", "xai-[0-9A-Za-z_]{70,}");
    add("nvidia_key", "nvapi-" + URL64 + "{60,}");
    add("replicate_token", "r8_" + ALNUM + "{37,}");
    add("elevenlabs_key", "sk_" + HEX + "{48}");
    add(
        "langsmith_key",
        "lsv2_pt_" + HEX + "{32}_" + HEX + "{10}",
        "lsv2_sk_" + HEX + "{32}_" + HEX + "{10}");
    add("langfuse_key", "sk-lf-" + UUID);
    add("pinecone_key", "pcsk_[0-9A-Za-z_]{40,}");
    add("tavily_key", "tvly-" + URL64 + "{30,}");
    add("databricks_token", "dapi" + HEX + "{32}");
  }

  private void observability() {
    add(
        "grafana_token",
        "glsa_" + ALNUM + "{32}_" + HEX + "{8}",
        "glc_[0-9A-Za-z+/=]{32,}",
        "eyJrIjoi[0-9A-Za-z+/=]{40,}");
    add(
        "newrelic_key",
        "NRAK-[0-9A-Z]{27}",
        "NRII-" + URL64 + "{32}",
        "NRRA-[0-9a-f]{42}",
        "[0-9a-f]{36}NRAL");
    add("sentry_token", "sntrys_[0-9A-Za-z+/=_]{60,}", "sntryu_" + HEX + "{64}");
    add("dynatrace_token", "dt0[a-z][0-9]{2}\\.[0-9A-Z]{24}\\.[0-9A-Z]{64}");
    add(
        "honeycomb_key",
        "hcaik_[0-9a-z]{50,}",
        "hcbik_[0-9a-z]{50,}",
        "hcxik_[0-9a-z]{50,}",
        "hcxmk_[0-9a-z]{50,}");
    add("posthog_key", "phx_" + URL64 + "{32,}", "phs_" + URL64 + "{32,}");
    add("launchdarkly_key", "sdk-" + UUID, "api-" + UUID);
    add("nightfall_key", "NF-" + ALNUM + "{32}");
  }

  private void platforms() {
    add(
        "vault_token",
        "hvs\\." + URL64 + "{24,}",
        "hvb\\." + URL64 + "{24,}",
        "hvr\\." + URL64 + "{24,}");
    add("terraform_token", ALNUM + "{14}\\.atlasv1\\." + URL64 + "{56,}");
    add(
        "doppler_token",
        "dp\\.pt\\.[0-9A-Za-z_.-]{40,}",
        "dp\\.st\\.[0-9A-Za-z_.-]{40,}",
        "dp\\.sa\\.[0-9A-Za-z_.-]{40,}",
        "dp\\.ct\\.[0-9A-Za-z_.-]{40,}",
        "dp\\.scim\\.[0-9A-Za-z_.-]{40,}",
        "dp\\.audit\\.[0-9A-Za-z_.-]{40,}");
    add("pulumi_token", "pul-" + HEX + "{40}");
    add("heroku_key", "HRKU-" + URL64 + "{36,}");
    add(
        "flyio_token",
        "fo1_" + URL64 + "{40,}",
        "fm1r_[0-9A-Za-z+/=]{80,}",
        "fm2_[0-9A-Za-z+/=]{80,}");
    add("render_key", "rnd_" + ALNUM + "{28,}");
    add("netlify_token", "nfp_" + ALNUM + "{36,}");
    add("supabase_key", "sbp_" + ALNUM + "{40,}", "sb_secret_" + URL64 + "{30,}");
    add(
        "planetscale_token",
        "pscale_tkn_[0-9A-Za-z_.=-]{32,}",
        "pscale_pw_[0-9A-Za-z_.=-]{32,}",
        "pscale_oauth_[0-9A-Za-z_.=-]{32,}");
    add("mongodb_secret", "mdb_sa_sk_" + URL64 + "{36,}");
    add("tailscale_key", "tskey-[a-z]{3,8}-" + ALNUM + "{6,40}-" + ALNUM + "{4,}");
    add("age_key", "AGE-SECRET-KEY-1[0-9A-Z]{58}");
    add("prefect_key", "pnu_" + ALNUM + "{36}", "pnb_" + ALNUM + "{36}");
    add("onepassword_token", "ops_eyJ[0-9A-Za-z+/=_-]{100,}");
  }

  private void products() {
    add("airtable_token", "pat" + ALNUM + "{14}\\." + HEX + "{64}");
    add("clickup_token", "pk_[0-9]{6,9}_[0-9A-Z]{32,}");
    add("contentful_token", "CFPAT-" + URL64 + "{40,}");
    add("dropbox_token", "sl\\." + URL64 + "{100,}", "sl\\.u\\." + URL64 + "{100,}");
    add(
        "facebook_token",
        "EAACEdEose0cBA" + ALNUM + "{10,}",
        "EAAG" + ALNUM + "{60,}",
        "EAAB" + ALNUM + "{60,}");
    add("hubspot_token", "pat-na1-" + UUID, "pat-na2-" + UUID, "pat-eu1-" + UUID);
    add("ionic_token", "ion_" + ALNUM + "{42}");
    add("linear_key", "lin_api_" + ALNUM + "{40}", "lin_oauth_" + ALNUM + "{40,}");
    add("mapbox_token", "sk\\.eyJ" + URL64 + "{20,250}\\." + URL64 + "{20,}");
    add("maxmind_key", ALNUM + "{6}_" + ALNUM + "{29}_mmk");
    add("notion_token", "ntn_" + ALNUM + "{40,}", "secret_" + ALNUM + "{43}");
    add("segment_token", "sgp_" + ALNUM + "{64}");
    add("twitter_token", "AAAAAAAAAAAAAAAAAAAAA[0-9A-Za-z%]{50,}");
    add("typeform_token", "tfp_[0-9A-Za-z_.-]{38,}");
    add("frameio_token", "fio-u-" + URL64 + "{60,}");
    add("fullstory_key", "na1\\.[0-9A-Za-z+/]{70,}");
    add("pubnub_key", "sub-c-" + UUID, "sec-c-" + BASE64 + "{48,}");
    add("readme_key", "rdme_[0-9a-z]{64,}");
    add("teamwork_token", "tkn\\.v1_[0-9A-Za-z+/=]{60,}");
    add("telnyx_key", "KEY0" + HEX + "{31}_" + ALNUM + "{22}", "KEY" + URL64 + "{55}");
    add("ubidots_key", "BBFF-" + ALNUM + "{30}");
    add("voiceflow_key", "VF\\.[A-Z]{2,4}\\." + HEX + "{24}\\." + ALNUM + "{16}");
    add("zoho_token", "1000\\." + HEX + "{32}\\." + HEX + "{30,32}");
  }
}
