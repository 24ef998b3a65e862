/// The workers' duty cycle: check, reserve, process, commit, answer.
@NullMarked
package dev.headgate.pipeline.worker;

import org.jspecify.annotations.NullMarked;
