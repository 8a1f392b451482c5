// Names of built-in metrics, labels and label values. Made by catalogue/generate.py from the data beside it; edit that.

// swift-format-ignore-file
/// Full names, by who writes them: `MetricNames.Frontend.requestsTotal` is `dynamo_frontend_requests_total`.
public enum MetricNames {
    /// Runtime.
    public enum Runtime {
        public static var uptimeSeconds: String { "dynamo_component_uptime_seconds" }
    }
    /// Component: work handler.
    public enum WorkHandler {
        public static var requestsTotal: String { "dynamo_component_requests_total" }
        public static var inflightRequests: String { "dynamo_component_inflight_requests" }
        public static var requestBytesTotal: String { "dynamo_component_request_bytes_total" }
        public static var responseBytesTotal: String { "dynamo_component_response_bytes_total" }
        public static var requestDurationSeconds: String { "dynamo_component_request_duration_seconds" }
        public static var errorsTotal: String { "dynamo_component_errors_total" }
        public static var cancellationTotal: String { "dynamo_component_cancellation_total" }
        public static var retriesTotal: String { "dynamo_component_retries_total" }
        public static var timeoutsTotal: String { "dynamo_component_timeouts_total" }
    }
    /// Component: lifecycle.
    public enum Lifecycle {
        public static var cleanupTimeSeconds: String { "dynamo_component_cleanup_time_seconds" }
        public static var drainTimeSeconds: String { "dynamo_component_drain_time_seconds" }
    }
    /// Component: model.
    public enum ModelInfo {
        public static var modelLoadTimeSeconds: String { "dynamo_component_model_load_time_seconds" }
    }
    /// Component: KV cache.
    public enum Kvstats {
        public static var totalBlocks: String { "dynamo_component_total_blocks" }
        public static var gpuCacheUsagePercent: String { "dynamo_component_gpu_cache_usage_percent" }
        public static var kvCacheHitRate: String { "dynamo_component_kv_cache_hit_rate" }
    }
    /// Component: embedding cache.
    public enum EmbeddingCache {
        public static var embeddingCacheHitsTotal: String { "dynamo_component_embedding_cache_hits_total" }
        public static var embeddingCacheMissesTotal: String { "dynamo_component_embedding_cache_misses_total" }
        public static var embeddingCacheEvictionsTotal: String { "dynamo_component_embedding_cache_evictions_total" }
        public static var embeddingCacheUtilization: String { "dynamo_component_embedding_cache_utilization" }
        public static var embeddingCacheCurrentBytes: String { "dynamo_component_embedding_cache_current_bytes" }
        public static var embeddingCacheEntries: String { "dynamo_component_embedding_cache_entries" }
        public static var imageCacheEntries: String { "dynamo_component_image_cache_entries" }
        public static var imageSharedCacheGetDurationSeconds: String { "dynamo_component_image_shared_cache_get_duration_seconds" }
        public static var imageSharedCacheSetDurationSeconds: String { "dynamo_component_image_shared_cache_set_duration_seconds" }
    }
    /// Component: KV events.
    public enum Kvrouter {
        public static var kvCacheEventsApplied: String { "dynamo_component_kv_cache_events_applied" }
        public static var ckfMutationTotal: String { "dynamo_component_ckf_mutation_total" }
    }
    /// Component: KV event publisher.
    public enum KvPublisher {
        public static var kvPublisherEnginesDroppedEventsTotal: String { "dynamo_component_kv_publisher_engines_dropped_events_total" }
        public static var kvPublisherZmqEventsTotal: String { "dynamo_component_kv_publisher_zmq_events_total" }
        public static var kvPublisherZmqFilteredEventsTotal: String { "dynamo_component_kv_publisher_zmq_filtered_events_total" }
        public static var kvPublisherZmqConversionIssuesTotal: String { "dynamo_component_kv_publisher_zmq_conversion_issues_total" }
        public static var kvPublisherZmqSuspiciousEventsTotal: String { "dynamo_component_kv_publisher_zmq_suspicious_events_total" }
    }
    /// Work handler transport.
    public enum WorkHandlerTransport {
        public static var networkTransitSeconds: String { "dynamo_work_handler_network_transit_seconds" }
        public static var timeToFirstResponseSeconds: String { "dynamo_work_handler_time_to_first_response_seconds" }
        public static var permitWaitSeconds: String { "dynamo_work_handler_permit_wait_seconds" }
        public static var queueDepth: String { "dynamo_work_handler_queue_depth" }
        public static var queueCapacity: String { "dynamo_work_handler_queue_capacity" }
        public static var enqueueRejectedTotal: String { "dynamo_work_handler_enqueue_rejected_total" }
        public static var poolActiveTasks: String { "dynamo_work_handler_pool_active_tasks" }
        public static var poolCapacity: String { "dynamo_work_handler_pool_capacity" }
    }
    /// Admission.
    public enum Admission {
        public static var rejectionRequestTotal: String { "dynamo_rejection_request_total" }
        public static var engineRequest: String { "dynamo_engine_request" }
        public static var requestQueue: String { "dynamo_request_queue" }
    }
    /// Component: tasks.
    public enum TaskTracker {
        public static var tasksIssuedTotal: String { "dynamo_component_tasks_issued_total" }
        public static var tasksStartedTotal: String { "dynamo_component_tasks_started_total" }
        public static var tasksSuccessTotal: String { "dynamo_component_tasks_success_total" }
        public static var tasksCancelledTotal: String { "dynamo_component_tasks_cancelled_total" }
        public static var tasksFailedTotal: String { "dynamo_component_tasks_failed_total" }
        public static var tasksRejectedTotal: String { "dynamo_component_tasks_rejected_total" }
    }
    /// Engine failover.
    public enum Failover {
        public static var state: String { "dynamo_component_engine_failover_state" }
        public static var stateEnteredTimestampSeconds: String { "dynamo_component_engine_failover_state_entered_timestamp_seconds" }
        public static var switchAttemptsTotal: String { "dynamo_component_engine_failover_switch_attempts_total" }
        public static var switchSuccessTotal: String { "dynamo_component_engine_failover_switch_success_total" }
        public static var transitionsTotal: String { "dynamo_component_engine_failover_transitions_total" }
    }
    /// Router.
    public enum Router {
        public static var routerRequestsStartedTotal: String { "dynamo_component_router_requests_started_total" }
        public static var routerRequestsTotal: String { "dynamo_component_router_requests_total" }
        public static var routerTimeToFirstTokenSeconds: String { "dynamo_component_router_time_to_first_token_seconds" }
        public static var routerInterTokenLatencySeconds: String { "dynamo_component_router_inter_token_latency_seconds" }
        public static var routerInputSequenceTokens: String { "dynamo_component_router_input_sequence_tokens" }
        public static var routerOutputSequenceTokens: String { "dynamo_component_router_output_sequence_tokens" }
        public static var routerKvHitRate: String { "dynamo_component_router_kv_hit_rate" }
        public static var routerKvTransferEstimatedLatencySeconds: String { "dynamo_component_router_kv_transfer_estimated_latency_seconds" }
        public static var routerSharedCacheHitRate: String { "dynamo_component_router_shared_cache_hit_rate" }
        public static var routerSharedCacheBeyondBlocks: String { "dynamo_component_router_shared_cache_beyond_blocks" }
        public static var routerNonMaxOverlapSelectionsTotal: String { "dynamo_component_router_non_max_overlap_selections_total" }
        public static var routerOverlapBlocksLost: String { "dynamo_component_router_overlap_blocks_lost" }
        public static var routerRemoteIndexerQueryFailuresTotal: String { "dynamo_component_router_remote_indexer_query_failures_total" }
        public static var routerRemoteIndexerWriteFailuresTotal: String { "dynamo_component_router_remote_indexer_write_failures_total" }
        public static var routerKvEventSourceMismatchWorkers: String { "dynamo_component_router_kv_event_source_mismatch_workers" }
        public static var routerKvBestEligibleCachedPrefixTokensTotal: String { "dynamo_component_router_kv_best_eligible_cached_prefix_tokens_total" }
        public static var routerKvSelectedCachedPrefixTokensTotal: String { "dynamo_component_router_kv_selected_cached_prefix_tokens_total" }
        public static var routerKvWorkerReusedTokensTotal: String { "dynamo_component_router_kv_worker_reused_tokens_total" }
        public static var routerWorkerRegistered: String { "dynamo_component_router_worker_registered" }
    }
    /// Router: overhead.
    public enum RoutingOverhead {
        public static var overheadBlockHashingMs: String { "dynamo_router_overhead_block_hashing_ms" }
        public static var overheadSeqHashingMs: String { "dynamo_router_overhead_seq_hashing_ms" }
        public static var overheadIndexerFindMatchesMs: String { "dynamo_router_overhead_indexer_find_matches_ms" }
        public static var overheadSchedulingMs: String { "dynamo_router_overhead_scheduling_ms" }
        public static var overheadTotalMs: String { "dynamo_router_overhead_total_ms" }
        public static var overheadSharedCacheQueryMs: String { "dynamo_router_overhead_shared_cache_query_ms" }
        public static var sharedCacheErrorsTotal: String { "dynamo_router_shared_cache_errors_total" }
    }
    /// Frontend.
    public enum Frontend {
        public static var requestsStartedTotal: String { "dynamo_frontend_requests_started_total" }
        public static var requestsTotal: String { "dynamo_frontend_requests_total" }
        public static var failuresTotal: String { "dynamo_frontend_failures_total" }
        public static var activeRequests: String { "dynamo_frontend_active_requests" }
        public static var inflightRequests: String { "dynamo_frontend_inflight_requests" }
        public static var queuedRequests: String { "dynamo_frontend_queued_requests" }
        public static var disconnectedClients: String { "dynamo_frontend_disconnected_clients" }
        public static var requestDurationSeconds: String { "dynamo_frontend_request_duration_seconds" }
        public static var timeToFirstTokenSeconds: String { "dynamo_frontend_time_to_first_token_seconds" }
        public static var interTokenLatencySeconds: String { "dynamo_frontend_inter_token_latency_seconds" }
        public static var embeddingLatencySeconds: String { "dynamo_frontend_embedding_latency_seconds" }
        public static var inputSequenceTokens: String { "dynamo_frontend_input_sequence_tokens" }
        public static var outputSequenceTokens: String { "dynamo_frontend_output_sequence_tokens" }
        public static var cachedTokens: String { "dynamo_frontend_cached_tokens" }
        public static var outputTokensTotal: String { "dynamo_frontend_output_tokens_total" }
        public static var tokenizerLatencyMs: String { "dynamo_frontend_tokenizer_latency_ms" }
        public static var kvHitRate: String { "dynamo_frontend_kv_hit_rate" }
        public static var kvTransferEstimatedLatencySeconds: String { "dynamo_frontend_kv_transfer_estimated_latency_seconds" }
        public static var sharedCacheHitRate: String { "dynamo_frontend_shared_cache_hit_rate" }
        public static var sharedCacheBeyondBlocks: String { "dynamo_frontend_shared_cache_beyond_blocks" }
        public static var overlapBlocksLost: String { "dynamo_frontend_overlap_blocks_lost" }
        public static var kvBestEligibleCachedPrefixTokensTotal: String { "dynamo_frontend_kv_best_eligible_cached_prefix_tokens_total" }
        public static var kvSelectedCachedPrefixTokensTotal: String { "dynamo_frontend_kv_selected_cached_prefix_tokens_total" }
        public static var kvWorkerReusedTokensTotal: String { "dynamo_frontend_kv_worker_reused_tokens_total" }
        public static var nonMaxOverlapSelectionsTotal: String { "dynamo_frontend_non_max_overlap_selections_total" }
        public static var imagesPerRequest: String { "dynamo_frontend_images_per_request" }
        public static var videosPerRequest: String { "dynamo_frontend_videos_per_request" }
        public static var audioPerRequest: String { "dynamo_frontend_audio_per_request" }
        public static var imageTokensPerRequest: String { "dynamo_frontend_image_tokens_per_request" }
        public static var modelReady: String { "dynamo_frontend_model_ready" }
        public static var modelTotalKvBlocks: String { "dynamo_frontend_model_total_kv_blocks" }
        public static var modelMaxNumSeqs: String { "dynamo_frontend_model_max_num_seqs" }
        public static var modelMaxNumBatchedTokens: String { "dynamo_frontend_model_max_num_batched_tokens" }
        public static var modelContextLength: String { "dynamo_frontend_model_context_length" }
        public static var modelKvCacheBlockSize: String { "dynamo_frontend_model_kv_cache_block_size" }
        public static var modelMigrationLimit: String { "dynamo_frontend_model_migration_limit" }
        public static var modelMigrationTotal: String { "dynamo_frontend_model_migration_total" }
        public static var modelMigrationDurationSeconds: String { "dynamo_frontend_model_migration_duration_seconds" }
        public static var modelMigrationMaxSeqLenExceededTotal: String { "dynamo_frontend_model_migration_max_seq_len_exceeded_total" }
        public static var modelCancellationTotal: String { "dynamo_frontend_model_cancellation_total" }
        public static var modelRejectionTotal: String { "dynamo_frontend_model_rejection_total" }
        public static var workerActiveDecodeBlocks: String { "dynamo_frontend_worker_active_decode_blocks" }
        public static var workerActivePrefillTokens: String { "dynamo_frontend_worker_active_prefill_tokens" }
        public static var workerLastTimeToFirstTokenSeconds: String { "dynamo_frontend_worker_last_time_to_first_token_seconds" }
        public static var workerLastInputSequenceTokens: String { "dynamo_frontend_worker_last_input_sequence_tokens" }
        public static var workerLastInterTokenLatencySeconds: String { "dynamo_frontend_worker_last_inter_token_latency_seconds" }
        public static var routerQueuePendingRequests: String { "dynamo_frontend_router_queue_pending_requests" }
        public static var routerQueuePendingIslTokens: String { "dynamo_frontend_router_queue_pending_isl_tokens" }
        public static var routerQueuePendingCachedTokens: String { "dynamo_frontend_router_queue_pending_cached_tokens" }
        public static var routerQueueBackpressureTotal: String { "dynamo_frontend_router_queue_backpressure_total" }
        public static var requestTraceSamplingRecordsTotal: String { "dynamo_frontend_request_trace_sampling_records_total" }
        public static var loraReplicaFactor: String { "dynamo_frontend_lora_replica_factor" }
        public static var loraIsActive: String { "dynamo_frontend_lora_is_active" }
        public static var loraEstimatedLoad: String { "dynamo_frontend_lora_estimated_load" }
        public static var loraRawArrivalCount: String { "dynamo_frontend_lora_raw_arrival_count" }
        public static var loraActiveRequests: String { "dynamo_frontend_lora_active_requests" }
        public static var loraChurnLoadsTotal: String { "dynamo_frontend_lora_churn_loads_total" }
        public static var loraChurnUnloadsTotal: String { "dynamo_frontend_lora_churn_unloads_total" }
        public static var loraOverflowCount: String { "dynamo_frontend_lora_overflow_count" }
    }
    /// Frontend: stages.
    public enum FrontendPerf {
        public static var stageDurationSeconds: String { "dynamo_frontend_stage_duration_seconds" }
        public static var stageRequests: String { "dynamo_frontend_stage_requests" }
        public static var tokenizeSeconds: String { "dynamo_frontend_tokenize_seconds" }
        public static var templateSeconds: String { "dynamo_frontend_template_seconds" }
        public static var tokenizerCacheHitsTotal: String { "dynamo_frontend_tokenizer_cache_hits_total" }
        public static var tokenizerCacheMissesTotal: String { "dynamo_frontend_tokenizer_cache_misses_total" }
        public static var tokenizerCacheCachedTokensTotal: String { "dynamo_frontend_tokenizer_cache_cached_tokens_total" }
        public static var tokenizerCacheUncachedTokensTotal: String { "dynamo_frontend_tokenizer_cache_uncached_tokens_total" }
        public static var detokenizeTotalUs: String { "dynamo_frontend_detokenize_total_us" }
        public static var detokenizeTokenCount: String { "dynamo_frontend_detokenize_token_count" }
        public static var eventLoopDelaySeconds: String { "dynamo_frontend_event_loop_delay_seconds" }
        public static var eventLoopStallTotal: String { "dynamo_frontend_event_loop_stall_total" }
    }
    /// Request plane.
    public enum RequestPlane {
        public static var queueSeconds: String { "dynamo_request_plane_queue_seconds" }
        public static var sendSeconds: String { "dynamo_request_plane_send_seconds" }
        public static var roundtripTtftSeconds: String { "dynamo_request_plane_roundtrip_ttft_seconds" }
        public static var inflightRequests: String { "dynamo_request_plane_inflight_requests" }
    }
    /// Transport: TCP.
    public enum TransportTcp {
        public static var tcpPoolActive: String { "dynamo_transport_tcp_pool_active" }
        public static var tcpPoolIdle: String { "dynamo_transport_tcp_pool_idle" }
        public static var tcpBytesSentTotal: String { "dynamo_transport_tcp_bytes_sent_total" }
        public static var tcpBytesReceivedTotal: String { "dynamo_transport_tcp_bytes_received_total" }
        public static var tcpErrorsTotal: String { "dynamo_transport_tcp_errors_total" }
        public static var tcpServerQueueDepth: String { "dynamo_transport_tcp_server_queue_depth" }
        public static var tcpAcceptBackoffTotal: String { "dynamo_transport_tcp_accept_backoff_total" }
    }
    /// Transport: NATS.
    public enum TransportNats {
        public static var natsErrorsTotal: String { "dynamo_transport_nats_errors_total" }
    }
    /// Runtime threads of upstream.
    public enum Tokio {
        public static var workerMeanPollTimeNs: String { "dynamo_tokio_worker_mean_poll_time_ns" }
        public static var workerBusyRatio: String { "dynamo_tokio_worker_busy_ratio" }
        public static var workerParkCountTotal: String { "dynamo_tokio_worker_park_count_total" }
        public static var workerLocalQueueDepth: String { "dynamo_tokio_worker_local_queue_depth" }
        public static var workerStealCountTotal: String { "dynamo_tokio_worker_steal_count_total" }
        public static var workerOverflowCountTotal: String { "dynamo_tokio_worker_overflow_count_total" }
        public static var globalQueueDepth: String { "dynamo_tokio_global_queue_depth" }
        public static var budgetForcedYieldTotal: String { "dynamo_tokio_budget_forced_yield_total" }
        public static var queueOverloadWarningsTotal: String { "dynamo_tokio_queue_overload_warnings_total" }
        public static var blockingThreads: String { "dynamo_tokio_blocking_threads" }
        public static var blockingIdleThreads: String { "dynamo_tokio_blocking_idle_threads" }
        public static var blockingQueueDepth: String { "dynamo_tokio_blocking_queue_depth" }
        public static var aliveTasks: String { "dynamo_tokio_alive_tasks" }
    }
    /// KV indexer.
    public enum Kvindexer {
        public static var requestDurationSeconds: String { "dynamo_kvindexer_request_duration_seconds" }
        public static var requestsTotal: String { "dynamo_kvindexer_requests_total" }
        public static var errorsTotal: String { "dynamo_kvindexer_errors_total" }
        public static var models: String { "dynamo_kvindexer_models" }
        public static var workers: String { "dynamo_kvindexer_workers" }
    }
    /// KV router, standalone.
    public enum KvrouterStandalone {
        public static var kvCacheEventsApplied: String { "dynamo_kvrouter_kv_cache_events_applied" }
    }
    /// KV block manager.
    public enum Kvbm {
        public static var matchedTokens: String { "kvbm_matched_tokens" }
        public static var offloadBlocksD2h: String { "kvbm_offload_blocks_d2h" }
        public static var offloadBlocksH2d: String { "kvbm_offload_blocks_h2d" }
        public static var offloadBlocksD2d: String { "kvbm_offload_blocks_d2d" }
        public static var offloadBlocksD2o: String { "kvbm_offload_blocks_d2o" }
        public static var onboardBlocksH2d: String { "kvbm_onboard_blocks_h2d" }
        public static var onboardBlocksD2d: String { "kvbm_onboard_blocks_d2d" }
        public static var onboardBlocksO2d: String { "kvbm_onboard_blocks_o2d" }
        public static var offloadBytesObject: String { "kvbm_offload_bytes_object" }
        public static var onboardBytesObject: String { "kvbm_onboard_bytes_object" }
        public static var objectReadFailures: String { "kvbm_object_read_failures" }
        public static var objectWriteFailures: String { "kvbm_object_write_failures" }
        public static var hostCacheHitRate: String { "kvbm_host_cache_hit_rate" }
        public static var diskCacheHitRate: String { "kvbm_disk_cache_hit_rate" }
        public static var objectCacheHitRate: String { "kvbm_object_cache_hit_rate" }
    }
    /// KV block manager: logical pools.
    public enum KvbmPools {
        public static var allocationsTotal: String { "kvbm_allocations_total" }
        public static var allocationsFromResetTotal: String { "kvbm_allocations_from_reset_total" }
        public static var evictionsTotal: String { "kvbm_evictions_total" }
        public static var registrationsTotal: String { "kvbm_registrations_total" }
        public static var duplicateBlocksTotal: String { "kvbm_duplicate_blocks_total" }
        public static var registrationDedupTotal: String { "kvbm_registration_dedup_total" }
        public static var stagingsTotal: String { "kvbm_stagings_total" }
        public static var matchHashesRequestedTotal: String { "kvbm_match_hashes_requested_total" }
        public static var matchBlocksReturnedTotal: String { "kvbm_match_blocks_returned_total" }
        public static var scanHashesRequestedTotal: String { "kvbm_scan_hashes_requested_total" }
        public static var scanBlocksReturnedTotal: String { "kvbm_scan_blocks_returned_total" }
        public static var eagerPrimaryToInactiveTotal: String { "kvbm_eager_primary_to_inactive_total" }
        public static var allocateAtomicRollbackTotal: String { "kvbm_allocate_atomic_rollback_total" }
        public static var releasePrimaryNoopTotal: String { "kvbm_release_primary_noop_total" }
        public static var releaseDuplicateNoopTotal: String { "kvbm_release_duplicate_noop_total" }
        public static var inflightMutable: String { "kvbm_inflight_mutable" }
        public static var inflightImmutable: String { "kvbm_inflight_immutable" }
        public static var resetPoolSize: String { "kvbm_reset_pool_size" }
        public static var inactivePoolSize: String { "kvbm_inactive_pool_size" }
    }
    /// Kubernetes operator.
    public enum Operator {
        public static var reconcileTotal: String { "dynamo_operator_reconcile_total" }
        public static var reconcileDurationSeconds: String { "dynamo_operator_reconcile_duration_seconds" }
        public static var reconcileErrorsTotal: String { "dynamo_operator_reconcile_errors_total" }
        public static var webhookRequestsTotal: String { "dynamo_operator_webhook_requests_total" }
        public static var webhookDurationSeconds: String { "dynamo_operator_webhook_duration_seconds" }
        public static var webhookDenialsTotal: String { "dynamo_operator_webhook_denials_total" }
        public static var resourcesTotal: String { "dynamo_operator_resources_total" }
    }
    /// Embedding workers.
    public enum Embedding {
        public static var batchSize: String { "dynamo_embedding_batch_size" }
        public static var inputTokens: String { "dynamo_embedding_input_tokens" }
    }
    /// Endpoint picker.
    public enum EndpointPicker {
        public static var cachedTokens: String { "dynamo_epp_cached_tokens" }
    }
    /// Planner.
    public enum Planner {
        public static var numPrefillReplicas: String { "dynamo_planner_num_prefill_replicas" }
        public static var numDecodeReplicas: String { "dynamo_planner_num_decode_replicas" }
        public static var observedTtftMs: String { "dynamo_planner_observed_ttft_ms" }
        public static var observedItlMs: String { "dynamo_planner_observed_itl_ms" }
        public static var observedRequestsPerSecond: String { "dynamo_planner_observed_requests_per_second" }
        public static var observedRequestDurationSeconds: String { "dynamo_planner_observed_request_duration_seconds" }
        public static var observedInputSequenceTokens: String { "dynamo_planner_observed_input_sequence_tokens" }
        public static var observedOutputSequenceTokens: String { "dynamo_planner_observed_output_sequence_tokens" }
        public static var predictedRequestsPerSecond: String { "dynamo_planner_predicted_requests_per_second" }
        public static var predictedInputSequenceTokens: String { "dynamo_planner_predicted_input_sequence_tokens" }
        public static var predictedOutputSequenceTokens: String { "dynamo_planner_predicted_output_sequence_tokens" }
        public static var predictedNumPrefillReplicas: String { "dynamo_planner_predicted_num_prefill_replicas" }
        public static var predictedNumDecodeReplicas: String { "dynamo_planner_predicted_num_decode_replicas" }
        public static var pCorrectionFactor: String { "dynamo_planner_p_correction_factor" }
        public static var dCorrectionFactor: String { "dynamo_planner_d_correction_factor" }
        public static var gpuHours: String { "dynamo_planner_gpu_hours" }
        public static var slaTargetTtftMs: String { "dynamo_planner_sla_target_ttft_ms" }
        public static var slaTargetItlMs: String { "dynamo_planner_sla_target_itl_ms" }
        public static var estimatedTtftMs: String { "dynamo_planner_estimated_ttft_ms" }
        public static var estimatedItlMs: String { "dynamo_planner_estimated_itl_ms" }
        public static var enginePrefillCapacityRequestsPerSecond: String { "dynamo_planner_engine_prefill_capacity_requests_per_second" }
        public static var engineDecodeCapacityRequestsPerSecond: String { "dynamo_planner_engine_decode_capacity_requests_per_second" }
        public static var loadScalingDecision: String { "dynamo_planner_load_scaling_decision" }
        public static var throughputScalingDecision: String { "dynamo_planner_throughput_scaling_decision" }
        public static var engineQueuedPrefillTokens: String { "dynamo_planner_engine_queued_prefill_tokens" }
        public static var engineQueuedDecodeKvTokens: String { "dynamo_planner_engine_queued_decode_kv_tokens" }
        public static var engineInflightDecodeKvTokens: String { "dynamo_planner_engine_inflight_decode_kv_tokens" }
        public static var powerBudgetTotalWatts: String { "dynamo_planner_power_budget_total_watts" }
        public static var powerProjectedWatts: String { "dynamo_planner_power_projected_watts" }
        public static var powerBudgetUtilization: String { "dynamo_planner_power_budget_utilization" }
        public static var pluginEvaluationsTotal: String { "dynamo_planner_plugin_evaluations_total" }
        public static var pluginLatencySeconds: String { "dynamo_planner_plugin_latency_seconds" }
        public static var pluginCircuitState: String { "dynamo_planner_plugin_circuit_state" }
        public static var pluginHeldOverTotal: String { "dynamo_planner_plugin_held_over_total" }
        public static var pluginCacheAgeSeconds: String { "dynamo_planner_plugin_cache_age_seconds" }
        public static var pluginOverrideActive: String { "dynamo_planner_plugin_override_active" }
        public static var reconcileClampedTotal: String { "dynamo_planner_reconcile_clamped_total" }
        public static var constrainCappedTotal: String { "dynamo_planner_constrain_capped_total" }
        public static var rejectShortCircuitedTotal: String { "dynamo_planner_reject_short_circuited_total" }
        public static var tickSkippedTotal: String { "dynamo_planner_tick_skipped_total" }
        public static var tickRequiresUnsatisfiedTotal: String { "dynamo_planner_tick_requires_unsatisfied_total" }
        public static var tickLagSeconds: String { "dynamo_planner_tick_lag_seconds" }
        public static var tickDurationSeconds: String { "dynamo_planner_tick_duration_seconds" }
        public static var tickTimeoutTotal: String { "dynamo_planner_tick_timeout_total" }
    }
    /// TensorRT-LLM: what Dynamo adds.
    public enum TrtllmAdditional {
        public static var trtllmNumAbortedRequestsTotal: String { "trtllm_num_aborted_requests_total" }
        public static var trtllmRequestTypeImageTotal: String { "trtllm_request_type_image_total" }
        public static var trtllmRequestTypeStructuredOutputTotal: String { "trtllm_request_type_structured_output_total" }
        public static var trtllmKvTransferSuccessTotal: String { "trtllm_kv_transfer_success_total" }
        public static var trtllmKvTransferLatencySeconds: String { "trtllm_kv_transfer_latency_seconds" }
        public static var trtllmKvTransferBytes: String { "trtllm_kv_transfer_bytes" }
        public static var trtllmKvTransferSpeedGbS: String { "trtllm_kv_transfer_speed_gb_s" }
        public static var trtllmKvEventBufferCapacity: String { "trtllm_kv_event_buffer_capacity" }
        public static var trtllmKvEventDrainBatchSize: String { "trtllm_kv_event_drain_batch_size" }
        public static var trtllmKvEventIdGapEventsTotal: String { "trtllm_kv_event_id_gap_events_total" }
    }
    /// dynmetrics itself.
    public enum Library {
        public static var buildInfo: String { "dynmetrics_build_info" }
        public static var sourceUp: String { "dynmetrics_source_up" }
        public static var sourceSeen: String { "dynmetrics_source_seen" }
        public static var sourceFiltered: String { "dynmetrics_source_filtered" }
        public static var sourceRenamed: String { "dynmetrics_source_renamed" }
        public static var sourceSeries: String { "dynmetrics_source_series" }
        public static var sourceDurationSeconds: String { "dynmetrics_source_duration_seconds" }
        public static var sourceLastSuccessTimestampSeconds: String { "dynmetrics_source_last_success_timestamp_seconds" }
        public static var sourceErrorsTotal: String { "dynmetrics_source_errors_total" }
        public static var droppedTotal: String { "dynmetrics_dropped_total" }
        public static var gilHoldSecondsMax: String { "dynmetrics_gil_hold_seconds_max" }
        public static var gilHoldSecondsTotal: String { "dynmetrics_gil_hold_seconds_total" }
        public static var httpRequestsTotal: String { "dynmetrics_http_requests_total" }
        public static var series: String { "dynmetrics_series" }
        public static var oldNameSeries: String { "dynmetrics_old_name_series" }
        public static var overflowTotal: String { "dynmetrics_overflow_total" }
        public static var memoryBytes: String { "dynmetrics_memory_bytes" }
    }
    /// The process.
    public enum Process {
        public static var cpuSecondsTotal: String { "process_cpu_seconds_total" }
        public static var openFds: String { "process_open_fds" }
        public static var maxFds: String { "process_max_fds" }
        public static var virtualMemoryBytes: String { "process_virtual_memory_bytes" }
        public static var residentMemoryBytes: String { "process_resident_memory_bytes" }
        public static var startTimeSeconds: String { "process_start_time_seconds" }
    }
    /// Engine: vLLM.
    public enum Vllm {
        public static var admissionRejectionsTotal: String { "vllm:admission_rejections_total" }
        public static var cacheConfigInfo: String { "vllm:cache_config_info" }
        public static var e2eRequestLatencySeconds: String { "vllm:e2e_request_latency_seconds" }
        public static var engineSleepState: String { "vllm:engine_sleep_state" }
        public static var estimatedFlopsPerGpuTotal: String { "vllm:estimated_flops_per_gpu_total" }
        public static var estimatedReadBytesPerGpuTotal: String { "vllm:estimated_read_bytes_per_gpu_total" }
        public static var estimatedWriteBytesPerGpuTotal: String { "vllm:estimated_write_bytes_per_gpu_total" }
        public static var externalPrefixCacheHitsTotal: String { "vllm:external_prefix_cache_hits_total" }
        public static var externalPrefixCacheQueriesTotal: String { "vllm:external_prefix_cache_queries_total" }
        public static var generationTokensTotal: String { "vllm:generation_tokens_total" }
        public static var interTokenLatencySeconds: String { "vllm:inter_token_latency_seconds" }
        public static var iterationTokensTotal: String { "vllm:iteration_tokens_total" }
        public static var kvBlockIdleBeforeEvictSeconds: String { "vllm:kv_block_idle_before_evict_seconds" }
        public static var kvBlockLifetimeSeconds: String { "vllm:kv_block_lifetime_seconds" }
        public static var kvBlockReuseGapSeconds: String { "vllm:kv_block_reuse_gap_seconds" }
        public static var kvCacheUsagePerc: String { "vllm:kv_cache_usage_perc" }
        public static var loraRequestsInfo: String { "vllm:lora_requests_info" }
        public static var mmCacheHitsTotal: String { "vllm:mm_cache_hits_total" }
        public static var mmCacheQueriesTotal: String { "vllm:mm_cache_queries_total" }
        public static var nixlBytesTransferred: String { "vllm:nixl_bytes_transferred" }
        public static var nixlNumDescriptors: String { "vllm:nixl_num_descriptors" }
        public static var nixlNumFailedNotificationsTotal: String { "vllm:nixl_num_failed_notifications_total" }
        public static var nixlNumFailedTransfersTotal: String { "vllm:nixl_num_failed_transfers_total" }
        public static var nixlNumKvExpiredReqsTotal: String { "vllm:nixl_num_kv_expired_reqs_total" }
        public static var nixlNumNotificationsAfterExpiryTotal: String { "vllm:nixl_num_notifications_after_expiry_total" }
        public static var nixlPostTimeSeconds: String { "vllm:nixl_post_time_seconds" }
        public static var nixlXferTimeSeconds: String { "vllm:nixl_xfer_time_seconds" }
        public static var numPreemptionsTotal: String { "vllm:num_preemptions_total" }
        public static var numRequestsKvFetchByStage: String { "vllm:num_requests_kv_fetch_by_stage" }
        public static var numRequestsRunning: String { "vllm:num_requests_running" }
        public static var numRequestsWaiting: String { "vllm:num_requests_waiting" }
        public static var numRequestsWaitingByReason: String { "vllm:num_requests_waiting_by_reason" }
        public static var prefixCacheHitsTotal: String { "vllm:prefix_cache_hits_total" }
        public static var prefixCacheQueriesTotal: String { "vllm:prefix_cache_queries_total" }
        public static var promptTokensBySourceTotal: String { "vllm:prompt_tokens_by_source_total" }
        public static var promptTokensCachedBySourceTotal: String { "vllm:prompt_tokens_cached_by_source_total" }
        public static var promptTokensCachedTotal: String { "vllm:prompt_tokens_cached_total" }
        public static var promptTokensTotal: String { "vllm:prompt_tokens_total" }
        public static var requestDecodeTimeSeconds: String { "vllm:request_decode_time_seconds" }
        public static var requestGenerationTokens: String { "vllm:request_generation_tokens" }
        public static var requestInferenceTimeSeconds: String { "vllm:request_inference_time_seconds" }
        public static var requestMaxNumGenerationTokens: String { "vllm:request_max_num_generation_tokens" }
        public static var requestNumPreemptions: String { "vllm:request_num_preemptions" }
        public static var requestParamsMaxTokens: String { "vllm:request_params_max_tokens" }
        public static var requestParamsN: String { "vllm:request_params_n" }
        public static var requestPrefillKvComputedTokens: String { "vllm:request_prefill_kv_computed_tokens" }
        public static var requestPrefillTimeSeconds: String { "vllm:request_prefill_time_seconds" }
        public static var requestPromptTokens: String { "vllm:request_prompt_tokens" }
        public static var requestQueueTimeSeconds: String { "vllm:request_queue_time_seconds" }
        public static var requestSuccessTotal: String { "vllm:request_success_total" }
        public static var requestTimePerOutputTokenSeconds: String { "vllm:request_time_per_output_token_seconds" }
        public static var sleepModeOperationDurationSeconds: String { "vllm:sleep_mode_operation_duration_seconds" }
        public static var sleepModeOperationsInFlight: String { "vllm:sleep_mode_operations_in_flight" }
        public static var specDecodeNumAcceptedTokensPerPosTotal: String { "vllm:spec_decode_num_accepted_tokens_per_pos_total" }
        public static var specDecodeNumAcceptedTokensTotal: String { "vllm:spec_decode_num_accepted_tokens_total" }
        public static var specDecodeNumDraftTokensTotal: String { "vllm:spec_decode_num_draft_tokens_total" }
        public static var specDecodeNumDraftsTotal: String { "vllm:spec_decode_num_drafts_total" }
        public static var timeToFirstTokenSeconds: String { "vllm:time_to_first_token_seconds" }
        public static var toolCallParserInvocationsTotal: String { "vllm:tool_call_parser_invocations_total" }
    }
    /// Engine: SGLang.
    public enum Sglang {
        public static var backupBandwidth: String { "sglang:backup_bandwidth" }
        public static var backupPgs: String { "sglang:backup_pgs" }
        public static var backupedTokensTotal: String { "sglang:backuped_tokens_total" }
        public static var cacheHitRate: String { "sglang:cache_hit_rate" }
        public static var cachedTokensTotal: String { "sglang:cached_tokens_total" }
        public static var contextLen: String { "sglang:context_len" }
        public static var cudaGraphPassesTotal: String { "sglang:cuda_graph_passes_total" }
        public static var decodeSumSeqLens: String { "sglang:decode_sum_seq_lens" }
        public static var dpAttentionPairsTotal: String { "sglang:dp_attention_pairs_total" }
        public static var dpAttentionStepsTotal: String { "sglang:dp_attention_steps_total" }
        public static var dpAttentionSyncWaitSeconds: String { "sglang:dp_attention_sync_wait_seconds" }
        public static var dpAttentionTokenImbalanceRatio: String { "sglang:dp_attention_token_imbalance_ratio" }
        public static var dpAttentionTokensTotal: String { "sglang:dp_attention_tokens_total" }
        public static var dpCooperationForwardExecutionSecondsTotal: String { "sglang:dp_cooperation_forward_execution_seconds_total" }
        public static var dpCooperationRealtimeTokensTotal: String { "sglang:dp_cooperation_realtime_tokens_total" }
        public static var e2eRequestLatencySeconds: String { "sglang:e2e_request_latency_seconds" }
        public static var eplbBalancedness: String { "sglang:eplb_balancedness" }
        public static var evictedTokensTotal: String { "sglang:evicted_tokens_total" }
        public static var evictionDurationSeconds: String { "sglang:eviction_duration_seconds" }
        public static var forwardExecutionSecondsTotal: String { "sglang:forward_execution_seconds_total" }
        public static var fullTokenUsage: String { "sglang:full_token_usage" }
        public static var funcLatencySeconds: String { "sglang:func_latency_seconds" }
        public static var fwdOccupancy: String { "sglang:fwd_occupancy" }
        public static var genThroughput: String { "sglang:gen_throughput" }
        public static var generationTokensHistogram: String { "sglang:generation_tokens_histogram" }
        public static var generationTokensTotal: String { "sglang:generation_tokens_total" }
        public static var graphMemoryUsageGb: String { "sglang:graph_memory_usage_gb" }
        public static var hicacheBackupBytesTotal: String { "sglang:hicache_backup_bytes_total" }
        public static var hicacheBackupDurationSeconds: String { "sglang:hicache_backup_duration_seconds" }
        public static var hicacheBackupTokensTotal: String { "sglang:hicache_backup_tokens_total" }
        public static var hicacheHostTotalTokens: String { "sglang:hicache_host_total_tokens" }
        public static var hicacheHostUsedTokens: String { "sglang:hicache_host_used_tokens" }
        public static var httpRequestsActive: String { "sglang:http_requests_active" }
        public static var httpRequestsTotal: String { "sglang:http_requests_total" }
        public static var httpResponsesTotal: String { "sglang:http_responses_total" }
        public static var interTokenLatencySeconds: String { "sglang:inter_token_latency_seconds" }
        public static var isCudaGraph: String { "sglang:is_cuda_graph" }
        public static var kvAvailableTokens: String { "sglang:kv_available_tokens" }
        public static var kvCacheMemoryUsageGb: String { "sglang:kv_cache_memory_usage_gb" }
        public static var kvEvictableTokens: String { "sglang:kv_evictable_tokens" }
        public static var kvTransferLatencyMs: String { "sglang:kv_transfer_latency_ms" }
        public static var kvTransferSpeedGbS: String { "sglang:kv_transfer_speed_gb_s" }
        public static var kvTransferTotalMb: String { "sglang:kv_transfer_total_mb" }
        public static var kvUsedTokens: String { "sglang:kv_used_tokens" }
        public static var loadBackDurationSeconds: String { "sglang:load_back_duration_seconds" }
        public static var loadBackTokensTotal: String { "sglang:load_back_tokens_total" }
        public static var loraPoolSlotsTotal: String { "sglang:lora_pool_slots_total" }
        public static var loraPoolSlotsUsed: String { "sglang:lora_pool_slots_used" }
        public static var loraPoolUtilization: String { "sglang:lora_pool_utilization" }
        public static var mambaAvailableTokens: String { "sglang:mamba_available_tokens" }
        public static var mambaEvictableTokens: String { "sglang:mamba_evictable_tokens" }
        public static var mambaUsage: String { "sglang:mamba_usage" }
        public static var mambaUsedTokens: String { "sglang:mamba_used_tokens" }
        public static var maxTotalNumTokens: String { "sglang:max_total_num_tokens" }
        public static var newTokenRatio: String { "sglang:new_token_ratio" }
        public static var numAbortedRequestsTotal: String { "sglang:num_aborted_requests_total" }
        public static var numDecodeDeferredKvReleaseReqs: String { "sglang:num_decode_deferred_kv_release_reqs" }
        public static var numDecodeHostReceiveQueueReqs: String { "sglang:num_decode_host_receive_queue_reqs" }
        public static var numDecodePreallocQueueReqs: String { "sglang:num_decode_prealloc_queue_reqs" }
        public static var numDecodeTransferQueueReqs: String { "sglang:num_decode_transfer_queue_reqs" }
        public static var numGrammarQueueReqs: String { "sglang:num_grammar_queue_reqs" }
        public static var numPages: String { "sglang:num_pages" }
        public static var numPausedReqs: String { "sglang:num_paused_reqs" }
        public static var numPrefillBootstrapQueueReqs: String { "sglang:num_prefill_bootstrap_queue_reqs" }
        public static var numPrefillInflightQueueReqs: String { "sglang:num_prefill_inflight_queue_reqs" }
        public static var numQueueReqs: String { "sglang:num_queue_reqs" }
        public static var numRequestsTotal: String { "sglang:num_requests_total" }
        public static var numRetractedInputTokensTotal: String { "sglang:num_retracted_input_tokens_total" }
        public static var numRetractedOutputTokensTotal: String { "sglang:num_retracted_output_tokens_total" }
        public static var numRetractedReqs: String { "sglang:num_retracted_reqs" }
        public static var numRetractedRequestsTotal: String { "sglang:num_retracted_requests_total" }
        public static var numRunningReqs: String { "sglang:num_running_reqs" }
        public static var numSoRequestsTotal: String { "sglang:num_so_requests_total" }
        public static var numUniqueRunningRoutingKeys: String { "sglang:num_unique_running_routing_keys" }
        public static var numUsedTokens: String { "sglang:num_used_tokens" }
        public static var pageSize: String { "sglang:page_size" }
        public static var pendingPreallocTokenUsage: String { "sglang:pending_prealloc_token_usage" }
        public static var perStageReqLatencySeconds: String { "sglang:per_stage_req_latency_seconds" }
        public static var preallocFullTokenUsage: String { "sglang:prealloc_full_token_usage" }
        public static var preallocSwaTokenUsage: String { "sglang:prealloc_swa_token_usage" }
        public static var prefetchBandwidth: String { "sglang:prefetch_bandwidth" }
        public static var prefetchPgs: String { "sglang:prefetch_pgs" }
        public static var prefetchedTokensTotal: String { "sglang:prefetched_tokens_total" }
        public static var prefillEffectiveTokensTotal: String { "sglang:prefill_effective_tokens_total" }
        public static var processCpuSecondsTotal: String { "sglang:process_cpu_seconds_total" }
        public static var promptTokensHistogram: String { "sglang:prompt_tokens_histogram" }
        public static var promptTokensTotal: String { "sglang:prompt_tokens_total" }
        public static var queueTimeSeconds: String { "sglang:queue_time_seconds" }
        public static var realtimeTokensTotal: String { "sglang:realtime_tokens_total" }
        public static var requestTimePerOutputTokenSeconds: String { "sglang:request_time_per_output_token_seconds" }
        public static var routingKeyAllReqCount: String { "sglang:routing_key_all_req_count" }
        public static var routingKeyRunningReqCount: String { "sglang:routing_key_running_req_count" }
        public static var routingKeysActive: String { "sglang:routing_keys_active" }
        public static var schedulerIdleSecondsTotal: String { "sglang:scheduler_idle_seconds_total" }
        public static var schedulerProcessCpuSecondsTotal: String { "sglang:scheduler_process_cpu_seconds_total" }
        public static var schedulerStageSecondsTotal: String { "sglang:scheduler_stage_seconds_total" }
        public static var specAcceptLength: String { "sglang:spec_accept_length" }
        public static var specAcceptRate: String { "sglang:spec_accept_rate" }
        public static var specBlockAcceptLength: String { "sglang:spec_block_accept_length" }
        public static var specCapLength: String { "sglang:spec_cap_length" }
        public static var specNumDraftTokens: String { "sglang:spec_num_draft_tokens" }
        public static var specNumSteps: String { "sglang:spec_num_steps" }
        public static var specVerifyCallsTotal: String { "sglang:spec_verify_calls_total" }
        public static var startupAvailableGpuMemoryGb: String { "sglang:startup_available_gpu_memory_gb" }
        public static var startupCudaGraphTimeSeconds: String { "sglang:startup_cuda_graph_time_seconds" }
        public static var startupLatencyBreakdownSecondsMax: String { "sglang:startup_latency_breakdown_seconds_max" }
        public static var startupTimeSeconds: String { "sglang:startup_time_seconds" }
        public static var storagePrefetchDeferredTokensTotal: String { "sglang:storage_prefetch_deferred_tokens_total" }
        public static var storagePrefetchUnfulfilledTokensTotal: String { "sglang:storage_prefetch_unfulfilled_tokens_total" }
        public static var swaAvailableTokens: String { "sglang:swa_available_tokens" }
        public static var swaEvictableTokens: String { "sglang:swa_evictable_tokens" }
        public static var swaTokenUsage: String { "sglang:swa_token_usage" }
        public static var swaUsedTokens: String { "sglang:swa_used_tokens" }
        public static var timeToFirstTokenSeconds: String { "sglang:time_to_first_token_seconds" }
        public static var tokenUsage: String { "sglang:token_usage" }
        public static var uncachedPromptTokensHistogram: String { "sglang:uncached_prompt_tokens_histogram" }
        public static var utilization: String { "sglang:utilization" }
        public static var weightLoadDurationSeconds: String { "sglang:weight_load_duration_seconds" }
        public static var weightMemoryUsageGb: String { "sglang:weight_memory_usage_gb" }
    }
    /// Engine: TensorRT-LLM.
    public enum Trtllm {
        public static var avgDecodedTokensPerIter: String { "trtllm_avg_decoded_tokens_per_iter" }
        public static var cpuMemoryUsageBytes: String { "trtllm_cpu_memory_usage_bytes" }
        public static var e2eRequestLatencySeconds: String { "trtllm_e2e_request_latency_seconds" }
        public static var generationPerplexity: String { "trtllm_generation_perplexity" }
        public static var generationTokensTotal: String { "trtllm_generation_tokens_total" }
        public static var gpuMemoryUsageBytes: String { "trtllm_gpu_memory_usage_bytes" }
        public static var iterationLatencySeconds: String { "trtllm_iteration_latency_seconds" }
        public static var kvCacheConfigInfo: String { "trtllm_kv_cache_config_info" }
        public static var kvCacheDiskPrefetchBlocksTotal: String { "trtllm_kv_cache_disk_prefetch_blocks_total" }
        public static var kvCacheFreeBlocks: String { "trtllm_kv_cache_free_blocks" }
        public static var kvCacheGenAllocBlocksTotal: String { "trtllm_kv_cache_gen_alloc_blocks_total" }
        public static var kvCacheHitRate: String { "trtllm_kv_cache_hit_rate" }
        public static var kvCacheHostUtilization: String { "trtllm_kv_cache_host_utilization" }
        public static var kvCacheIntraDeviceCopyBytesTotal: String { "trtllm_kv_cache_intra_device_copy_bytes_total" }
        public static var kvCacheIterFullReusedBlocksTotal: String { "trtllm_kv_cache_iter_full_reused_blocks_total" }
        public static var kvCacheIterMissedBlocksTotal: String { "trtllm_kv_cache_iter_missed_blocks_total" }
        public static var kvCacheIterPartialReusedBlocksTotal: String { "trtllm_kv_cache_iter_partial_reused_blocks_total" }
        public static var kvCacheIterReuseRate: String { "trtllm_kv_cache_iter_reuse_rate" }
        public static var kvCacheIterReusedBlocksTotal: String { "trtllm_kv_cache_iter_reused_blocks_total" }
        public static var kvCacheMaxBlocks: String { "trtllm_kv_cache_max_blocks" }
        public static var kvCacheMissedBlocksTotal: String { "trtllm_kv_cache_missed_blocks_total" }
        public static var kvCacheOffloadBytesTotal: String { "trtllm_kv_cache_offload_bytes_total" }
        public static var kvCacheOnboardBytesTotal: String { "trtllm_kv_cache_onboard_bytes_total" }
        public static var kvCacheReusedBlocksTotal: String { "trtllm_kv_cache_reused_blocks_total" }
        public static var kvCacheTokensPerBlock: String { "trtllm_kv_cache_tokens_per_block" }
        public static var kvCacheUsedBlocks: String { "trtllm_kv_cache_used_blocks" }
        public static var kvCacheUtilization: String { "trtllm_kv_cache_utilization" }
        public static var maxBatchSizeRuntime: String { "trtllm_max_batch_size_runtime" }
        public static var maxBatchSizeStatic: String { "trtllm_max_batch_size_static" }
        public static var maxNumActiveRequests: String { "trtllm_max_num_active_requests" }
        public static var maxNumTokensRuntime: String { "trtllm_max_num_tokens_runtime" }
        public static var modelConfigInfo: String { "trtllm_model_config_info" }
        public static var numContextRequests: String { "trtllm_num_context_requests" }
        public static var numGenerationRequests: String { "trtllm_num_generation_requests" }
        public static var numPausedRequests: String { "trtllm_num_paused_requests" }
        public static var numRequestsCompletedTotal: String { "trtllm_num_requests_completed_total" }
        public static var numRequestsRunning: String { "trtllm_num_requests_running" }
        public static var numRequestsWaiting: String { "trtllm_num_requests_waiting" }
        public static var numScheduledRequests: String { "trtllm_num_scheduled_requests" }
        public static var parallelConfigInfo: String { "trtllm_parallel_config_info" }
        public static var pinnedMemoryUsageBytes: String { "trtllm_pinned_memory_usage_bytes" }
        public static var prefillBatchOccupancy: String { "trtllm_prefill_batch_occupancy" }
        public static var prefillBatchTokens: String { "trtllm_prefill_batch_tokens" }
        public static var prefillPerplexity: String { "trtllm_prefill_perplexity" }
        public static var promptCacheHitTokensTotal: String { "trtllm_prompt_cache_hit_tokens_total" }
        public static var promptCachedTokensPerRequest: String { "trtllm_prompt_cached_tokens_per_request" }
        public static var promptCachedTokensTotal: String { "trtllm_prompt_cached_tokens_total" }
        public static var promptTokensTotal: String { "trtllm_prompt_tokens_total" }
        public static var requestDecodeTimeSeconds: String { "trtllm_request_decode_time_seconds" }
        public static var requestErrorTotal: String { "trtllm_request_error_total" }
        public static var requestInferenceTimeSeconds: String { "trtllm_request_inference_time_seconds" }
        public static var requestPrefillTimeSeconds: String { "trtllm_request_prefill_time_seconds" }
        public static var requestQueueTimeSeconds: String { "trtllm_request_queue_time_seconds" }
        public static var requestSuccessTotal: String { "trtllm_request_success_total" }
        public static var scheduledBatchSize: String { "trtllm_scheduled_batch_size" }
        public static var specDecodeAcceptanceLength: String { "trtllm_spec_decode_acceptance_length" }
        public static var specDecodeAcceptedTokensTotal: String { "trtllm_spec_decode_accepted_tokens_total" }
        public static var specDecodeDraftOverhead: String { "trtllm_spec_decode_draft_overhead" }
        public static var specDecodeDraftedTokensTotal: String { "trtllm_spec_decode_drafted_tokens_total" }
        public static var specDecodeNumAcceptedTokensTotal: String { "trtllm_spec_decode_num_accepted_tokens_total" }
        public static var specDecodeNumDraftTokensTotal: String { "trtllm_spec_decode_num_draft_tokens_total" }
        public static var timePerOutputTokenSeconds: String { "trtllm_time_per_output_token_seconds" }
        public static var timeToFirstTokenSeconds: String { "trtllm_time_to_first_token_seconds" }
        public static var totalContextTokens: String { "trtllm_total_context_tokens" }
    }
    /// GPU exporter (DCGM).
    public enum Dcgm {
        public static var devGpuUtil: String { "DCGM_FI_DEV_GPU_UTIL" }
        public static var devMemCopyUtil: String { "DCGM_FI_DEV_MEM_COPY_UTIL" }
        public static var devEncUtil: String { "DCGM_FI_DEV_ENC_UTIL" }
        public static var devDecUtil: String { "DCGM_FI_DEV_DEC_UTIL" }
        public static var devFbUsed: String { "DCGM_FI_DEV_FB_USED" }
        public static var devFbFree: String { "DCGM_FI_DEV_FB_FREE" }
        public static var devFbReserved: String { "DCGM_FI_DEV_FB_RESERVED" }
        public static var devGpuTemp: String { "DCGM_FI_DEV_GPU_TEMP" }
        public static var devMemoryTemp: String { "DCGM_FI_DEV_MEMORY_TEMP" }
        public static var devPowerUsage: String { "DCGM_FI_DEV_POWER_USAGE" }
        public static var devTotalEnergyConsumption: String { "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION" }
        public static var devSmClock: String { "DCGM_FI_DEV_SM_CLOCK" }
        public static var devMemClock: String { "DCGM_FI_DEV_MEM_CLOCK" }
        public static var devXidErrors: String { "DCGM_FI_DEV_XID_ERRORS" }
        public static var devPcieReplayCounter: String { "DCGM_FI_DEV_PCIE_REPLAY_COUNTER" }
        public static var devNvlinkBandwidthTotal: String { "DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL" }
        public static var devUncorrectableRemappedRows: String { "DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS" }
        public static var devCorrectableRemappedRows: String { "DCGM_FI_DEV_CORRECTABLE_REMAPPED_ROWS" }
        public static var devRowRemapFailure: String { "DCGM_FI_DEV_ROW_REMAP_FAILURE" }
        public static var devEccDbeVolTotal: String { "DCGM_FI_DEV_ECC_DBE_VOL_TOTAL" }
        public static var devEccSbeVolTotal: String { "DCGM_FI_DEV_ECC_SBE_VOL_TOTAL" }
        public static var profGrEngineActive: String { "DCGM_FI_PROF_GR_ENGINE_ACTIVE" }
        public static var profSmActive: String { "DCGM_FI_PROF_SM_ACTIVE" }
        public static var profPipeTensorActive: String { "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE" }
        public static var profDramActive: String { "DCGM_FI_PROF_DRAM_ACTIVE" }
        public static var profPcieTxBytes: String { "DCGM_FI_PROF_PCIE_TX_BYTES" }
        public static var profPcieRxBytes: String { "DCGM_FI_PROF_PCIE_RX_BYTES" }
        public static var profNvlinkTxBytes: String { "DCGM_FI_PROF_NVLINK_TX_BYTES" }
        public static var profNvlinkRxBytes: String { "DCGM_FI_PROF_NVLINK_RX_BYTES" }
    }
}

/// Names of labels.
public enum LabelNames {
    public static var component: String { "dynamo_component" }
    public static var namespace: String { "dynamo_namespace" }
    public static var endpoint: String { "dynamo_endpoint" }
    public static var dpRank: String { "dp_rank" }
    public static var workerId: String { "worker_id" }
    public static var model: String { "model" }
    public static var modelName: String { "model_name" }
    public static var workerType: String { "worker_type" }
    public static var routerId: String { "router_id" }
}

/// What labels may say.
public enum LabelValues {
    public enum FrontendServiceErrorType {
        public static var `none`: String { "" }
        public static var validation: String { "validation" }
        public static var notFound: String { "not_found" }
        public static var overload: String { "overload" }
        public static var unavailable: String { "unavailable" }
        public static var cancelled: String { "cancelled" }
        public static var responseTimeout: String { "response_timeout" }
        public static var `internal`: String { "internal" }
        public static var notImplemented: String { "not_implemented" }
    }
    public enum FrontendServiceMigrationOutcome {
        public static var success: String { "success" }
        public static var failure: String { "failure" }
        public static var cancelled: String { "cancelled" }
    }
    public enum FrontendServiceMigrationType {
        public static var newRequest: String { "new_request" }
        public static var ongoingRequest: String { "ongoing_request" }
    }
    public enum FrontendServiceOperation {
        public static var tokenize: String { "tokenize" }
        public static var detokenize: String { "detokenize" }
    }
    public enum FrontendServiceRequestType {
        public static var stream: String { "stream" }
        public static var unary: String { "unary" }
    }
    public enum FrontendServiceStatus {
        public static var success: String { "success" }
        public static var error: String { "error" }
    }
    public enum WorkHandlerErrorTypes {
        public static var deserialization: String { "deserialization" }
        public static var invalidMessage: String { "invalid_message" }
        public static var responseStream: String { "response_stream" }
        public static var generate: String { "generate" }
        public static var serialization: String { "serialization" }
        public static var publishResponse: String { "publish_response" }
        public static var publishFinal: String { "publish_final" }
    }
}
