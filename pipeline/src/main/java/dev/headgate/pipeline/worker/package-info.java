/// What workers do with a request: check, reserve, process, commit, answer; on threads of their own
/// or, for what is small, on the event loop that brings it.
@NullMarked
package dev.headgate.pipeline.worker;

import org.jspecify.annotations.NullMarked;
