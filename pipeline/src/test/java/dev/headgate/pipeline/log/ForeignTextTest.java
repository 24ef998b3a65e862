package dev.headgate.pipeline.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ForeignTextTest {
  @Test
  void a_text_stays_on_one_line_and_commands_nothing() {
    assertThat(ForeignText.line("a\nb\tc\u001b[31md\u202ee\u009bf\u2028g é 字", 100))
        .isEqualTo("a b c [31md e f g é 字");
  }

  @Test
  void a_text_is_cut_between_characters() {
    assertThat(ForeignText.line("abc", 3)).isEqualTo("abc");
    assertThat(ForeignText.line("abcd", 3)).isEqualTo("abc");
    assertThat(ForeignText.line("ab\ud83d\ude00", 3)).isEqualTo("ab");
    assertThat(ForeignText.line("ab\ud83d\ude00", 4)).isEqualTo("ab\ud83d\ude00");
    assertThat(ForeignText.line("abc", 0)).isEmpty();
  }

  @Test
  void json_stays_the_same_json() {
    assertThat(ForeignText.json("{\"a\":\"x\u009b2Jy\u202ez\u2028é\"}\n"))
        .isEqualTo("{\"a\":\"x\\u009b2Jy\\u202ez\\u2028é\"}\n");
  }
}
