// The catalogue as lines of fields between tabs. Made by catalogue/generate.py from the data beside it; edit that.

// swift-format-ignore-file
enum CatalogueTable {
    static let lines: StaticString = """
    dynamo_component_uptime_seconds	gauge	seconds	worker_id			Runtime	Seconds since the runtime was made, as of this scrape.
    dynamo_component_requests_total	counter	requests	worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,model?,model_name?			Component: work handler	Requests that the endpoint was given.
    dynamo_component_inflight_requests	gauge	requests	worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,model?,model_name?			Component: work handler	Requests that the endpoint works on.
    dynamo_component_request_bytes_total	counter	bytes	worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,model?,model_name?			Component: work handler	Bytes of the requests received.
    dynamo_component_response_bytes_total	counter	bytes	worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,model?,model_name?			Component: work handler	Bytes of the responses sent.
    dynamo_component_request_duration_seconds	histogram	seconds	worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,model?,model_name?	0.005,0.01,0.025,0.05,0.1,0.25,0.5,1,2.5,5,10,20,30,60,120,300,600		Component: work handler	From a request's arrival to the end of its answer.
    dynamo_component_errors_total	counter		worker_id,error_type,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,model?,model_name?			Component: work handler	Requests that failed, by where.
    dynamo_component_cancellation_total	counter		worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,model?,model_name?			Component: work handler	Requests whose client stopped, killed or left them.
    dynamo_component_retries_total	counter		worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,model?,model_name?			Component: work handler	Attempts after the first that requests needed.
    dynamo_component_timeouts_total	counter		worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,model?,model_name?			Component: work handler	Requests given up because they took too long.
    dynamo_component_cleanup_time_seconds	gauge	seconds	worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?			Component: lifecycle	How long the last clean-up took.
    dynamo_component_drain_time_seconds	gauge	seconds	worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?			Component: lifecycle	How long the last drain of open requests took.
    dynamo_component_model_load_time_seconds	gauge	seconds	model,dynamo_component,dynamo_namespace?,dynamo_endpoint?,worker_id?			Component: model	How long it took to load the model.
    dynamo_component_total_blocks	gauge	blocks	model,dynamo_component,dp_rank,dynamo_namespace?,dynamo_endpoint?,worker_id?			Component: KV cache	KV cache blocks that the worker has.
    dynamo_component_gpu_cache_usage_percent	gauge	ratio	model,dynamo_component,dp_rank,dynamo_namespace?,dynamo_endpoint?,worker_id?			Component: KV cache	Part of the KV cache that is in use, 0 to 1.
    dynamo_component_kv_cache_hit_rate	gauge	ratio	model,dynamo_component,dp_rank,dynamo_namespace?,dynamo_endpoint?,worker_id?			Component: KV cache	Part of the prompt tokens found in the prefix cache, 0 to 1.
    dynamo_component_embedding_cache_hits_total	counter		model,dynamo_component			Component: embedding cache	Look-ups in the embedding cache that found something.
    dynamo_component_embedding_cache_misses_total	counter		model,dynamo_component			Component: embedding cache	Look-ups in the embedding cache that found nothing.
    dynamo_component_embedding_cache_evictions_total	counter		model,dynamo_component			Component: embedding cache	Entries that the embedding cache gave up for others.
    dynamo_component_embedding_cache_utilization	gauge	ratio	model,dynamo_component			Component: embedding cache	Part of the embedding cache's room that is in use, 0 to 1.
    dynamo_component_embedding_cache_current_bytes	gauge	bytes	model,dynamo_component			Component: embedding cache	Bytes in the embedding cache.
    dynamo_component_embedding_cache_entries	gauge		model,dynamo_component			Component: embedding cache	Entries in the embedding cache.
    dynamo_component_image_cache_entries	gauge		model,dynamo_component			Component: embedding cache	Images in the image loader's cache.
    dynamo_component_image_shared_cache_get_duration_seconds	histogram	seconds	model,dynamo_component,outcome,size_bucket	0.001,0.0025,0.005,0.01,0.025,0.05,0.1,0.25,0.5,1,2,4		Component: embedding cache	How long reads from the shared image cache take.
    dynamo_component_image_shared_cache_set_duration_seconds	histogram	seconds	model,dynamo_component,outcome,size_bucket	0.001,0.0025,0.005,0.01,0.025,0.05,0.1,0.25,0.5,1,2,4		Component: embedding cache	How long writes to the shared image cache take.
    dynamo_component_kv_cache_events_applied	counter		worker_id,status,event_type,dynamo_namespace?,dynamo_component?,dynamo_endpoint?			Component: KV events	KV cache events that the index took or refused, by status.
    dynamo_component_ckf_mutation_total	counter		worker_id,outcome,dynamo_namespace?,dynamo_component?,dynamo_endpoint?			Component: KV events	Changes of the cuckoo filter; upstream never counts any.
    dynamo_component_kv_publisher_engines_dropped_events_total	counter		worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?			Component: KV event publisher	Events that engines dropped, seen as gaps in their ids.
    dynamo_component_kv_publisher_zmq_events_total	counter		worker_id,stage,event_type,dynamo_namespace?,dynamo_component?,dynamo_endpoint?			Component: KV event publisher	KV events that the relay saw.
    dynamo_component_kv_publisher_zmq_filtered_events_total	counter		worker_id,event_type,reason,dynamo_namespace?,dynamo_component?,dynamo_endpoint?			Component: KV event publisher	KV events filtered out before conversion.
    dynamo_component_kv_publisher_zmq_conversion_issues_total	counter		worker_id,event_type,reason,dynamo_namespace?,dynamo_component?,dynamo_endpoint?			Component: KV event publisher	KV events that could not be converted.
    dynamo_component_kv_publisher_zmq_suspicious_events_total	counter		worker_id,event_type,reason,dynamo_namespace?,dynamo_component?,dynamo_endpoint?			Component: KV event publisher	KV events that looked odd and were passed on.
    dynamo_work_handler_network_transit_seconds	histogram	seconds	worker_id?	0.0001,0.0005,0.001,0.0025,0.005,0.01,0.025,0.05,0.1,0.25,0.5,1		Work handler transport	From the frontend's send to the worker's receipt, by both clocks.
    dynamo_work_handler_time_to_first_response_seconds	histogram	seconds	worker_id?	0.001,0.005,0.01,0.025,0.05,0.1,0.25,0.5,1,2.5,5,10,30,60		Work handler transport	From a request's arrival to its first response.
    dynamo_work_handler_permit_wait_seconds	histogram	seconds	worker_id?	0.0001,0.0005,0.001,0.005,0.01,0.05,0.1,0.5,1,5,10,30,60		Work handler transport	How long requests wait for a place in the pool.
    dynamo_work_handler_queue_depth	gauge		worker_id?			Work handler transport	Requests in the work queue.
    dynamo_work_handler_queue_capacity	gauge		worker_id?			Work handler transport	How many requests the work queue can hold.
    dynamo_work_handler_enqueue_rejected_total	counter		worker_id?			Work handler transport	Requests that the closed work queue refused.
    dynamo_work_handler_pool_active_tasks	gauge		worker_id?			Work handler transport	Tasks of the pool that are at work.
    dynamo_work_handler_pool_capacity	gauge		worker_id?			Work handler transport	How many tasks the pool can run at a time.
    dynamo_rejection_request_total	counter					Admission	Requests that were refused for lack of room.
    dynamo_engine_request	gauge					Admission	Requests that the engine has.
    dynamo_request_queue	gauge					Admission	Requests that wait to be admitted.
    dynamo_component_tasks_issued_total	counter		worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?			Component: tasks	Tasks that were handed in.
    dynamo_component_tasks_started_total	counter		worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?			Component: tasks	Tasks that were begun.
    dynamo_component_tasks_success_total	counter		worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?			Component: tasks	Tasks that ended well.
    dynamo_component_tasks_cancelled_total	counter		worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?			Component: tasks	Tasks that were cancelled.
    dynamo_component_tasks_failed_total	counter		worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?			Component: tasks	Tasks that failed.
    dynamo_component_tasks_rejected_total	counter		worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?			Component: tasks	Tasks that were refused.
    dynamo_component_engine_failover_state	gauge		worker_id,state,dynamo_namespace?,dynamo_component?,dynamo_endpoint?			Engine failover	1 for the state that the engine is in.
    dynamo_component_engine_failover_state_entered_timestamp_seconds	gauge	seconds	worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,*			Engine failover	When the engine came into its state, in seconds since 1970.
    dynamo_component_engine_failover_switch_attempts_total	counter		worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?			Engine failover	Attempts to switch to another engine.
    dynamo_component_engine_failover_switch_success_total	counter		worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?			Engine failover	Switches to another engine that went well.
    dynamo_component_engine_failover_transitions_total	counter		worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,*			Engine failover	Changes of an engine's state.
    dynamo_component_router_requests_started_total	counter		worker_id,router_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?			Router	Requests that the router's scheduler admitted.
    dynamo_component_router_requests_total	counter	requests	worker_id,router_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?			Router	Requests that the router is done with.
    dynamo_component_router_time_to_first_token_seconds	histogram	seconds	worker_id,router_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?	0,0.0022,0.0047,0.01,0.022,0.047,0.1,0.22,0.47,1,2.2,4.7,10,22,48,100,220,480		Router	Time to the first token, seen from the router.
    dynamo_component_router_inter_token_latency_seconds	histogram	seconds	worker_id,router_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?	0,0.0019,0.0035,0.0067,0.013,0.024,0.045,0.084,0.16,0.3,0.56,1.1,2		Router	A request's mean time between tokens, seen from the router.
    dynamo_component_router_input_sequence_tokens	histogram	tokens	worker_id,router_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?	0,100,210,430,870,1800,3600,7400,15000,31000,63000,130000		Router	Prompt tokens of a request.
    dynamo_component_router_output_sequence_tokens	histogram	tokens	worker_id,router_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?	0,100,210,430,880,1800,3700,7600,16000,32000		Router	Generated tokens of a request.
    dynamo_component_router_kv_hit_rate	histogram	ratio	worker_id,router_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?	0,0.05,0.1,0.15,0.2,0.25,0.3,0.35,0.4,0.45,0.5,0.55,0.6,0.65,0.7,0.75,0.8,0.85,0.9,0.95,1		Router	Part of a request's blocks expected in the chosen worker's cache, 0 to 1.
    dynamo_component_router_kv_transfer_estimated_latency_seconds	histogram	seconds	worker_id,router_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?	0,0.0022,0.0047,0.01,0.022,0.047,0.1,0.22,0.47,1,2.2,4.7,10,22,48,100,220,480		Router	Upper bound of the time to move KV blocks between workers.
    dynamo_component_router_shared_cache_hit_rate	histogram	ratio	worker_id,router_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?	0,0.05,0.1,0.15,0.2,0.25,0.3,0.35,0.4,0.45,0.5,0.55,0.6,0.65,0.7,0.75,0.8,0.85,0.9,0.95,1		Router	Part of a request's blocks in the shared cache, 0 to 1.
    dynamo_component_router_shared_cache_beyond_blocks	histogram	blocks	worker_id,router_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?	1,2,4,8,16,32,64,128,256,512,1024,2048		Router	Blocks in the shared cache that the chosen worker lacks.
    dynamo_component_router_non_max_overlap_selections_total	counter		worker_id,router_id,worker_type,dynamo_namespace?,dynamo_component?,dynamo_endpoint?			Router	Times a worker with less overlap than another was chosen.
    dynamo_component_router_overlap_blocks_lost	histogram		worker_id,router_id,worker_type,dynamo_namespace?,dynamo_component?,dynamo_endpoint?	1,2,4,8,16,32,64,128,256,512,1024,2048		Router	Overlapping blocks given up by such a choice.
    dynamo_component_router_remote_indexer_query_failures_total	counter		worker_id,router_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?			Router	Queries to a remote index that failed.
    dynamo_component_router_remote_indexer_write_failures_total	counter		worker_id,router_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?			Router	Writes to a remote index that failed.
    dynamo_component_router_kv_event_source_mismatch_workers	gauge		worker_id,router_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?			Router	Workers that should publish KV events and have no query endpoint.
    dynamo_component_router_kv_best_eligible_cached_prefix_tokens_total	counter	tokens	worker_id,router_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?			Router	Cached prefix tokens on the best worker of each choice.
    dynamo_component_router_kv_selected_cached_prefix_tokens_total	counter	tokens	worker_id,router_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?			Router	Cached prefix tokens on the chosen worker.
    dynamo_component_router_kv_worker_reused_tokens_total	counter	tokens	worker_id,router_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?			Router	Prompt tokens that workers say they reused.
    dynamo_component_router_worker_registered	gauge		worker_id,router_id,dp_rank,worker_type,dynamo_namespace?,dynamo_component?,dynamo_endpoint?			Router	1 while the router knows this worker and rank.
    dynamo_router_overhead_block_hashing_ms	histogram	milliseconds	router_id	0.001,0.002,0.004,0.008,0.016,0.032,0.064,0.128,0.256,0.512,1.024,2.048,4.096,8.192,16.384		Router: overhead	Hashing a request's blocks, in milliseconds.
    dynamo_router_overhead_seq_hashing_ms	histogram	milliseconds	router_id	0.001,0.002,0.004,0.008,0.016,0.032,0.064,0.128,0.256,0.512,1.024,2.048,4.096,8.192,16.384		Router: overhead	Hashing a request's sequence, in milliseconds.
    dynamo_router_overhead_indexer_find_matches_ms	histogram	milliseconds	router_id	0.01,0.03,0.09,0.27,0.81,2.43,7.29,21.87,65.61,196.83,590.49,1771.47,5314.41,15943.23,47829.69,143489.07,430467.21		Router: overhead	Looking for matches in the index, in milliseconds.
    dynamo_router_overhead_scheduling_ms	histogram	milliseconds	router_id	0.01,0.03,0.09,0.27,0.81,2.43,7.29,21.87,65.61,196.83,590.49,1771.47,5314.41,15943.23,47829.69,143489.07,430467.21		Router: overhead	Choosing a worker, in milliseconds.
    dynamo_router_overhead_total_ms	histogram	milliseconds	router_id	0.01,0.03,0.09,0.27,0.81,2.43,7.29,21.87,65.61,196.83,590.49,1771.47,5314.41,15943.23,47829.69,143489.07,430467.21		Router: overhead	All of the routing of a request, in milliseconds.
    dynamo_router_overhead_shared_cache_query_ms	histogram	milliseconds	router_id	0.01,0.03,0.09,0.27,0.81,2.43,7.29,21.87,65.61,196.83,590.49,1771.47,5314.41,15943.23,47829.69,143489.07,430467.21		Router: overhead	Asking the shared cache, in milliseconds.
    dynamo_router_shared_cache_errors_total	counter		router_id			Router: overhead	Queries and subscriptions of the shared cache that failed.
    dynamo_frontend_requests_started_total	counter		model,endpoint,request_type			Frontend	Requests that the frontend took on.
    dynamo_frontend_requests_total	counter	requests	model,endpoint,request_type,status,error_type			Frontend	Requests that are done, by how they ended.
    dynamo_frontend_failures_total	counter					Frontend	Requests that failed for good.
    dynamo_frontend_active_requests	gauge	requests	model			Frontend	Requests between their arrival and the end of their response.
    dynamo_frontend_inflight_requests	gauge	requests	model			Frontend	The same as active_requests, under its older name.
    dynamo_frontend_queued_requests	gauge	requests	model			Frontend	Requests that have had no first response yet.
    dynamo_frontend_disconnected_clients	gauge					Frontend	Clients that left before their response was whole.
    dynamo_frontend_request_duration_seconds	histogram	seconds	model	0,2,4,8,16,32,64,130,260,510	REQUEST_DURATION	Frontend	From a request's arrival to the end of its response.
    dynamo_frontend_time_to_first_token_seconds	histogram	seconds	model	0,0.0022,0.0047,0.01,0.022,0.047,0.1,0.22,0.47,1,2.2,4.7,10,22,48,100,220,480	TTFT	Frontend	From a request's arrival to its first token.
    dynamo_frontend_inter_token_latency_seconds	histogram	seconds	model	0,0.0019,0.0035,0.0067,0.013,0.024,0.045,0.084,0.16,0.3,0.56,1.1,2	ITL	Frontend	Time between one token of a request and the next.
    dynamo_frontend_embedding_latency_seconds	histogram	seconds	model	0,0.0022,0.0047,0.01,0.022,0.047,0.1,0.22,0.47,1,2.2,4.7,10,22,48,100,220,480	EMBEDDING_LATENCY	Frontend	From an embedding request's arrival to its response.
    dynamo_frontend_input_sequence_tokens	histogram	tokens	model	0,100,210,430,870,1800,3600,7400,15000,31000,63000,130000	INPUT_SEQUENCE	Frontend	Prompt tokens of a request.
    dynamo_frontend_output_sequence_tokens	histogram	tokens	model	0,100,210,430,880,1800,3700,7600,16000,32000	OUTPUT_SEQUENCE	Frontend	Generated tokens of a request.
    dynamo_frontend_cached_tokens	histogram	tokens	model	0,100,210,430,870,1800,3600,7400,15000,31000,63000,130000		Frontend	Prompt tokens of a request found in the prefix cache.
    dynamo_frontend_output_tokens_total	counter	tokens	model			Frontend	Generated tokens, counted as they come.
    dynamo_frontend_tokenizer_latency_ms	histogram	milliseconds	operation	0.01,0.03,0.09,0.27,0.81,2.43,7.29,21.87,65.61,196.83,590.49,1771.47,5314.41,15943.23,47829.69,143489.07,430467.21		Frontend	How long the tokenizer takes, in milliseconds.
    dynamo_frontend_kv_hit_rate	histogram	ratio	model	0,0.05,0.1,0.15,0.2,0.25,0.3,0.35,0.4,0.45,0.5,0.55,0.6,0.65,0.7,0.75,0.8,0.85,0.9,0.95,1		Frontend	Part of a request's blocks expected in the chosen worker's cache, 0 to 1.
    dynamo_frontend_kv_transfer_estimated_latency_seconds	histogram	seconds	model	0,0.0022,0.0047,0.01,0.022,0.047,0.1,0.22,0.47,1,2.2,4.7,10,22,48,100,220,480		Frontend	Upper bound of the time to move KV blocks between workers.
    dynamo_frontend_shared_cache_hit_rate	histogram	ratio	model	0,0.05,0.1,0.15,0.2,0.25,0.3,0.35,0.4,0.45,0.5,0.55,0.6,0.65,0.7,0.75,0.8,0.85,0.9,0.95,1		Frontend	Part of a request's blocks in the shared cache, 0 to 1.
    dynamo_frontend_shared_cache_beyond_blocks	histogram	blocks	model	1,2,4,8,16,32,64,128,256,512,1024,2048		Frontend	Blocks in the shared cache that the chosen worker lacks.
    dynamo_frontend_overlap_blocks_lost	histogram		model	1,2,4,8,16,32,64,128,256,512,1024,2048		Frontend	Overlapping blocks given up by choosing another worker.
    dynamo_frontend_kv_best_eligible_cached_prefix_tokens_total	counter	tokens	model			Frontend	Cached prefix tokens on the best worker of each choice.
    dynamo_frontend_kv_selected_cached_prefix_tokens_total	counter	tokens	model			Frontend	Cached prefix tokens on the chosen worker.
    dynamo_frontend_kv_worker_reused_tokens_total	counter	tokens	model			Frontend	Prompt tokens that workers say they reused.
    dynamo_frontend_non_max_overlap_selections_total	counter		model			Frontend	Times a worker with less overlap than another was chosen.
    dynamo_frontend_images_per_request	histogram		model	0,1,2,4,8,16,32		Frontend	Images in a request.
    dynamo_frontend_videos_per_request	histogram		model	0,1,2,4,8,16,32		Frontend	Videos in a request.
    dynamo_frontend_audio_per_request	histogram		model	0,1,2,4,8,16,32		Frontend	Audio clips in a request.
    dynamo_frontend_image_tokens_per_request	histogram		model	0,100,210,430,870,1800,3600,7400,15000,31000,63000,130000		Frontend	Tokens that stand for a request's images.
    dynamo_frontend_model_ready	gauge		model			Frontend	1 while some worker can serve the model.
    dynamo_frontend_model_total_kv_blocks	gauge	blocks	model			Frontend	KV cache blocks of a worker that serves the model.
    dynamo_frontend_model_max_num_seqs	gauge		model			Frontend	Sequences that a worker of the model runs at a time.
    dynamo_frontend_model_max_num_batched_tokens	gauge	tokens	model			Frontend	Tokens in a batch of a worker of the model.
    dynamo_frontend_model_context_length	gauge		model			Frontend	Tokens that the model can look at.
    dynamo_frontend_model_kv_cache_block_size	gauge	tokens	model			Frontend	Tokens in a KV cache block of the model.
    dynamo_frontend_model_migration_limit	gauge		model			Frontend	How often a request of the model may move to another worker.
    dynamo_frontend_model_migration_total	counter		model,migration_type			Frontend	Requests that were moved to another worker.
    dynamo_frontend_model_migration_duration_seconds	histogram	seconds	model,migration_type,outcome	0.005,0.01,0.025,0.05,0.1,0.25,0.5,1,2.5,5,10,20,30,60,120,300,600		Frontend	From a failure to the request's recovery or end.
    dynamo_frontend_model_migration_max_seq_len_exceeded_total	counter		model			Frontend	Requests that were too long to be moved.
    dynamo_frontend_model_cancellation_total	counter		model,endpoint,request_type			Frontend	Requests that were cancelled.
    dynamo_frontend_model_rejection_total	counter		model,endpoint			Frontend	Requests that were refused for lack of room.
    dynamo_frontend_worker_active_decode_blocks	gauge	blocks	worker_id,dp_rank,worker_type			Frontend	KV cache blocks in use on a worker.
    dynamo_frontend_worker_active_prefill_tokens	gauge	tokens	worker_id,dp_rank,worker_type			Frontend	Prompt tokens that a worker has yet to read.
    dynamo_frontend_worker_last_time_to_first_token_seconds	gauge	seconds	worker_id,dp_rank,worker_type			Frontend	A worker's last time to a first token.
    dynamo_frontend_worker_last_input_sequence_tokens	gauge	tokens	worker_id,dp_rank,worker_type			Frontend	Prompt tokens of the request behind that time.
    dynamo_frontend_worker_last_inter_token_latency_seconds	gauge	seconds	worker_id,dp_rank,worker_type			Frontend	A worker's last time between tokens.
    dynamo_frontend_router_queue_pending_requests	gauge	requests	model,worker_type,policy_class			Frontend	Requests in the router's queue.
    dynamo_frontend_router_queue_pending_isl_tokens	gauge	tokens	model,worker_type,policy_class			Frontend	Prompt tokens in the router's queue.
    dynamo_frontend_router_queue_pending_cached_tokens	gauge	tokens	model,worker_type,policy_class			Frontend	Cached prompt tokens in the router's queue.
    dynamo_frontend_router_queue_backpressure_total	counter		model,worker_type,policy_class,reason			Frontend	Times the router's queue held requests back.
    dynamo_frontend_request_trace_sampling_records_total	counter		decision,event_type			Frontend	Decisions to record a request's trace or not.
    dynamo_frontend_lora_replica_factor	gauge		lora_name			Frontend	Replicas of a LoRA adapter.
    dynamo_frontend_lora_is_active	gauge		lora_name			Frontend	1 while a LoRA adapter is in use.
    dynamo_frontend_lora_estimated_load	gauge		lora_name			Frontend	Requests for a LoRA adapter in the window.
    dynamo_frontend_lora_raw_arrival_count	gauge		lora_name			Frontend	Requests for a LoRA adapter that arrived in the window.
    dynamo_frontend_lora_active_requests	gauge	requests	lora_name			Frontend	Requests in flight for a LoRA adapter.
    dynamo_frontend_lora_churn_loads_total	counter					Frontend	LoRA adapters placed.
    dynamo_frontend_lora_churn_unloads_total	counter					Frontend	LoRA adapters taken away.
    dynamo_frontend_lora_overflow_count	gauge					Frontend	Replicas of LoRA adapters that found no place.
    dynamo_frontend_stage_duration_seconds	histogram	seconds	stage	0,0.0022,0.0047,0.01,0.022,0.047,0.1,0.22,0.47,1,2.2,4.7,10,22,48,100,220,480		Frontend: stages	How long a request stays in a stage.
    dynamo_frontend_stage_requests	gauge	requests	stage,phase			Frontend: stages	Requests in a stage.
    dynamo_frontend_tokenize_seconds	histogram	seconds		0.0001,0.0005,0.001,0.0025,0.005,0.01,0.025,0.05,0.1,0.25,0.5,1		Frontend: stages	Turning a prompt into tokens.
    dynamo_frontend_template_seconds	histogram	seconds		0.0001,0.0005,0.001,0.0025,0.005,0.01,0.025,0.05,0.1,0.25,0.5,1		Frontend: stages	Filling in the chat template.
    dynamo_frontend_tokenizer_cache_hits_total	counter					Frontend: stages	Prompts whose prefix was in the tokenizer's cache.
    dynamo_frontend_tokenizer_cache_misses_total	counter					Frontend: stages	Prompts of which nothing was in the tokenizer's cache.
    dynamo_frontend_tokenizer_cache_cached_tokens_total	counter	tokens	model			Frontend: stages	Tokens that came from the tokenizer's cache.
    dynamo_frontend_tokenizer_cache_uncached_tokens_total	counter	tokens	model			Frontend: stages	Tokens that had to be made.
    dynamo_frontend_detokenize_total_us	counter	microseconds				Frontend: stages	Time spent on turning tokens into text, in microseconds.
    dynamo_frontend_detokenize_token_count	counter					Frontend: stages	Tokens turned into text.
    dynamo_frontend_event_loop_delay_seconds	histogram	seconds		0.0001,0.0005,0.001,0.0025,0.005,0.01,0.025,0.05,0.1,0.25,0.5,1		Frontend: stages	How late the event loop wakes.
    dynamo_frontend_event_loop_stall_total	counter					Frontend: stages	Times the event loop woke more than 5 ms late.
    dynamo_request_plane_queue_seconds	histogram	seconds		0.0001,0.0005,0.001,0.0025,0.005,0.01,0.025,0.05,0.1,0.25,0.5,1		Request plane	From a request's arrival to its sending.
    dynamo_request_plane_send_seconds	histogram	seconds		0.0001,0.0005,0.001,0.0025,0.005,0.01,0.025,0.05,0.1,0.25,0.5,1		Request plane	How long sending a request takes.
    dynamo_request_plane_roundtrip_ttft_seconds	histogram	seconds		0.001,0.005,0.01,0.025,0.05,0.1,0.25,0.5,1,2.5,5,10,30,60		Request plane	From sending a request to its first response.
    dynamo_request_plane_inflight_requests	gauge	requests				Request plane	Requests that were sent and not answered in full.
    dynamo_transport_tcp_pool_active	gauge					Transport: TCP	Connections of the pool in use.
    dynamo_transport_tcp_pool_idle	gauge					Transport: TCP	Connections of the pool that wait.
    dynamo_transport_tcp_bytes_sent_total	counter					Transport: TCP	Bytes sent.
    dynamo_transport_tcp_bytes_received_total	counter					Transport: TCP	Bytes received.
    dynamo_transport_tcp_errors_total	counter					Transport: TCP	Errors of connections.
    dynamo_transport_tcp_server_queue_depth	gauge					Transport: TCP	Requests in the server's queue.
    dynamo_transport_tcp_accept_backoff_total	counter					Transport: TCP	Connections that could not be taken for lack of descriptors or memory.
    dynamo_transport_nats_errors_total	counter		error_type			Transport: NATS	Errors of NATS.
    dynamo_tokio_worker_mean_poll_time_ns	gauge	nanoseconds	worker			Runtime threads of upstream	Mean time of a poll, in nanoseconds.
    dynamo_tokio_worker_busy_ratio	gauge	ratio	worker			Runtime threads of upstream	Part of the time a thread is busy, 0 to 1.
    dynamo_tokio_worker_park_count_total	counter		worker			Runtime threads of upstream	Times a thread went to sleep.
    dynamo_tokio_worker_local_queue_depth	gauge		worker			Runtime threads of upstream	Tasks in a thread's queue.
    dynamo_tokio_worker_steal_count_total	counter		worker			Runtime threads of upstream	Tasks taken from other threads.
    dynamo_tokio_worker_overflow_count_total	counter		worker			Runtime threads of upstream	Times a thread's queue ran over.
    dynamo_tokio_global_queue_depth	gauge					Runtime threads of upstream	Tasks in the queue of all threads.
    dynamo_tokio_budget_forced_yield_total	counter					Runtime threads of upstream	Tasks made to yield.
    dynamo_tokio_queue_overload_warnings_total	counter					Runtime threads of upstream	Warnings of long queues.
    dynamo_tokio_blocking_threads	gauge					Runtime threads of upstream	Threads for blocking work.
    dynamo_tokio_blocking_idle_threads	gauge					Runtime threads of upstream	Threads for blocking work that wait.
    dynamo_tokio_blocking_queue_depth	gauge					Runtime threads of upstream	Blocking work in the queue.
    dynamo_tokio_alive_tasks	gauge					Runtime threads of upstream	Tasks that have not ended.
    dynamo_kvindexer_request_duration_seconds	histogram	seconds		0.005,0.01,0.025,0.05,0.1,0.25,0.5,1,2.5,5,10		KV indexer	How long the indexer's HTTP requests take.
    dynamo_kvindexer_requests_total	counter	requests				KV indexer	HTTP requests to the indexer.
    dynamo_kvindexer_errors_total	counter					KV indexer	HTTP requests to the indexer answered with 4xx or 5xx.
    dynamo_kvindexer_models	gauge					KV indexer	Models and tenants that have an index.
    dynamo_kvindexer_workers	gauge					KV indexer	Workers that are registered.
    dynamo_kvrouter_kv_cache_events_applied	counter		status?,event_type?			KV router, standalone	KV cache events that the index took or refused, by status.
    kvbm_matched_tokens	counter	tokens	dynamo_namespace?,dynamo_component?,worker_id?			KV block manager	Tokens found in the cache.
    kvbm_offload_blocks_d2h	counter		dynamo_namespace?,dynamo_component?,worker_id?			KV block manager	Blocks moved from device to host.
    kvbm_offload_blocks_h2d	counter		dynamo_namespace?,dynamo_component?,worker_id?			KV block manager	Blocks moved from host to disk.
    kvbm_offload_blocks_d2d	counter		dynamo_namespace?,dynamo_component?,worker_id?			KV block manager	Blocks moved from device to disk, past the host.
    kvbm_offload_blocks_d2o	counter		dynamo_namespace?,dynamo_component?,worker_id?			KV block manager	Blocks moved from device to object storage.
    kvbm_onboard_blocks_h2d	counter		dynamo_namespace?,dynamo_component?,worker_id?			KV block manager	Blocks brought from host to device.
    kvbm_onboard_blocks_d2d	counter		dynamo_namespace?,dynamo_component?,worker_id?			KV block manager	Blocks brought from disk to device.
    kvbm_onboard_blocks_o2d	counter		dynamo_namespace?,dynamo_component?,worker_id?			KV block manager	Blocks brought from object storage to device.
    kvbm_offload_bytes_object	counter	bytes	dynamo_namespace?,dynamo_component?,worker_id?			KV block manager	Bytes written to object storage.
    kvbm_onboard_bytes_object	counter	bytes	dynamo_namespace?,dynamo_component?,worker_id?			KV block manager	Bytes read from object storage.
    kvbm_object_read_failures	counter		dynamo_namespace?,dynamo_component?,worker_id?			KV block manager	Blocks that could not be read from object storage.
    kvbm_object_write_failures	counter		dynamo_namespace?,dynamo_component?,worker_id?			KV block manager	Blocks that could not be written to object storage.
    kvbm_host_cache_hit_rate	gauge	ratio	dynamo_namespace?,dynamo_component?,worker_id?			KV block manager	Part of the look-ups in the host cache that found something, in a sliding window, 0 to 1.
    kvbm_disk_cache_hit_rate	gauge	ratio	dynamo_namespace?,dynamo_component?,worker_id?			KV block manager	Part of the look-ups in the disk cache that found something, in a sliding window, 0 to 1.
    kvbm_object_cache_hit_rate	gauge	ratio	dynamo_namespace?,dynamo_component?,worker_id?			KV block manager	Part of the look-ups in object storage that found something, in a sliding window, 0 to 1.
    kvbm_allocations_total	counter		pool			KV block manager: logical pools	Blocks handed out.
    kvbm_allocations_from_reset_total	counter		pool			KV block manager: logical pools	Blocks handed out that were empty before.
    kvbm_evictions_total	counter		pool			KV block manager: logical pools	Blocks given up for others.
    kvbm_registrations_total	counter		pool			KV block manager: logical pools	Blocks registered.
    kvbm_duplicate_blocks_total	counter	blocks	pool			KV block manager: logical pools	Blocks that were there already.
    kvbm_registration_dedup_total	counter		pool			KV block manager: logical pools	Registrations saved because the block was there.
    kvbm_stagings_total	counter		pool			KV block manager: logical pools	Blocks staged.
    kvbm_match_hashes_requested_total	counter		pool			KV block manager: logical pools	Hashes asked for in matches.
    kvbm_match_blocks_returned_total	counter		pool			KV block manager: logical pools	Blocks found in matches.
    kvbm_scan_hashes_requested_total	counter		pool			KV block manager: logical pools	Hashes asked for in scans.
    kvbm_scan_blocks_returned_total	counter		pool			KV block manager: logical pools	Blocks found in scans.
    kvbm_eager_primary_to_inactive_total	counter		pool			KV block manager: logical pools	Primary blocks set aside early.
    kvbm_allocate_atomic_rollback_total	counter		pool			KV block manager: logical pools	Allocations undone because not all blocks could be had.
    kvbm_release_primary_noop_total	counter		pool			KV block manager: logical pools	Releases of primary blocks that did nothing.
    kvbm_release_duplicate_noop_total	counter		pool			KV block manager: logical pools	Releases of duplicates that did nothing.
    kvbm_inflight_mutable	gauge		pool			KV block manager: logical pools	Blocks in use that may change.
    kvbm_inflight_immutable	gauge		pool			KV block manager: logical pools	Blocks in use that may not change.
    kvbm_reset_pool_size	gauge	blocks	pool			KV block manager: logical pools	Empty blocks.
    kvbm_inactive_pool_size	gauge	blocks	pool			KV block manager: logical pools	Blocks that are kept and not in use.
    dynamo_operator_reconcile_total	counter		resource_type,namespace,result			Kubernetes operator	Reconciliations, by result.
    dynamo_operator_reconcile_duration_seconds	histogram	seconds	resource_type,namespace,result?	0.005,0.01,0.025,0.05,0.1,0.25,0.5,1,2.5,5,10,30,60		Kubernetes operator	How long reconciliations take.
    dynamo_operator_reconcile_errors_total	counter		resource_type,namespace,error_type			Kubernetes operator	Reconciliations that failed.
    dynamo_operator_webhook_requests_total	counter	requests	resource_type,operation,result			Kubernetes operator	Admission requests, by result.
    dynamo_operator_webhook_duration_seconds	histogram	seconds	resource_type,operation	0.005,0.01,0.025,0.05,0.1,0.25,0.5,1,2.5,5,10,30,60		Kubernetes operator	How long admission requests take.
    dynamo_operator_webhook_denials_total	counter		resource_type,operation,reason			Kubernetes operator	Admission requests that were denied.
    dynamo_operator_resources_total	gauge		resource_type,namespace,status			Kubernetes operator	Resources by state.
    dynamo_embedding_batch_size	histogram		model,worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?	1,2,4,8,16,32,64,128,256,512,1024,2048		Embedding workers	Inputs of an embedding request.
    dynamo_embedding_input_tokens	histogram	tokens	model,worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?	1,2,4,8,16,32,64,128,256,512,1024,2048,4096,8192		Embedding workers	Tokens of all inputs of an embedding request.
    dynamo_epp_cached_tokens	histogram	tokens		0,100,210,430,870,1800,3600,7400,15000,31000,63000,130000		Endpoint picker	Cached prompt tokens of a request.
    dynamo_planner_num_prefill_replicas	gauge					Planner	Prefill workers now.
    dynamo_planner_num_decode_replicas	gauge					Planner	Decode workers now.
    dynamo_planner_observed_ttft_ms	gauge	milliseconds				Planner	Time to first token seen, in milliseconds.
    dynamo_planner_observed_itl_ms	gauge	milliseconds				Planner	Time between tokens seen, in milliseconds.
    dynamo_planner_observed_requests_per_second	gauge	per second				Planner	Rate of requests seen.
    dynamo_planner_observed_request_duration_seconds	gauge	seconds				Planner	Mean duration of requests seen.
    dynamo_planner_observed_input_sequence_tokens	gauge	tokens				Planner	Mean prompt tokens seen.
    dynamo_planner_observed_output_sequence_tokens	gauge	tokens				Planner	Mean generated tokens seen.
    dynamo_planner_predicted_requests_per_second	gauge	per second				Planner	Rate of requests expected next.
    dynamo_planner_predicted_input_sequence_tokens	gauge	tokens				Planner	Prompt tokens expected next.
    dynamo_planner_predicted_output_sequence_tokens	gauge	tokens				Planner	Generated tokens expected next.
    dynamo_planner_predicted_num_prefill_replicas	gauge					Planner	Prefill workers decided on.
    dynamo_planner_predicted_num_decode_replicas	gauge					Planner	Decode workers decided on.
    dynamo_planner_p_correction_factor	gauge					Planner	Observed over expected time to first token; of older planners.
    dynamo_planner_d_correction_factor	gauge					Planner	Observed over expected time between tokens; of older planners.
    dynamo_planner_gpu_hours	gauge	hours				Planner	GPU hours used since the start.
    dynamo_planner_sla_target_ttft_ms	gauge	milliseconds				Planner	Target of the time to first token, in milliseconds.
    dynamo_planner_sla_target_itl_ms	gauge	milliseconds				Planner	Target of the time between tokens, in milliseconds.
    dynamo_planner_estimated_ttft_ms	gauge	milliseconds				Planner	Longest time to first token estimated of an engine, in milliseconds.
    dynamo_planner_estimated_itl_ms	gauge	milliseconds				Planner	Longest time between tokens estimated of an engine, in milliseconds.
    dynamo_planner_engine_prefill_capacity_requests_per_second	gauge	per second				Planner	What one prefill worker can take within its target.
    dynamo_planner_engine_decode_capacity_requests_per_second	gauge	per second				Planner	What one decode worker can take within its target.
    dynamo_planner_load_scaling_decision	gauge		dynamo_planner_load_scaling_decision			Planner	1 for the reason of the last decision by load.
    dynamo_planner_throughput_scaling_decision	gauge		dynamo_planner_throughput_scaling_decision			Planner	1 for the reason of the last decision by throughput.
    dynamo_planner_engine_queued_prefill_tokens	gauge	tokens	worker_id,dp_rank			Planner	Prompt tokens that wait on a worker.
    dynamo_planner_engine_queued_decode_kv_tokens	gauge	tokens	worker_id,dp_rank			Planner	KV tokens that wait for decoding on a worker.
    dynamo_planner_engine_inflight_decode_kv_tokens	gauge	tokens	worker_id,dp_rank			Planner	KV tokens being decoded on a worker.
    dynamo_planner_power_budget_total_watts	gauge	watts				Planner	Power that the GPUs together may draw.
    dynamo_planner_power_projected_watts	gauge	watts				Planner	Power that the GPUs would draw as planned.
    dynamo_planner_power_budget_utilization	gauge	ratio				Planner	Planned power as a part of the budget.
    dynamo_planner_plugin_evaluations_total	counter		plugin_id,stage,result			Planner	Calls of plugins, by outcome.
    dynamo_planner_plugin_latency_seconds	histogram	seconds	plugin_id,stage	0.001,0.005,0.01,0.05,0.1,0.5,1,5		Planner	How long calls of plugins take.
    dynamo_planner_plugin_circuit_state	gauge		plugin_id			Planner	A plugin's circuit breaker: 0 closed, 0.5 half open, 1 open.
    dynamo_planner_plugin_held_over_total	counter		plugin_id,stage			Planner	Times a plugin's last answer was used again.
    dynamo_planner_plugin_cache_age_seconds	gauge	seconds	plugin_id			Planner	Age of the answer that is used again.
    dynamo_planner_plugin_override_active	gauge		plugin_id,stage,override_type			Planner	1 when a plugin changed this tick's proposal.
    dynamo_planner_reconcile_clamped_total	counter		sub_component_type,source			Planner	Proposals clamped by another plugin's floor or ceiling.
    dynamo_planner_constrain_capped_total	counter		sub_component_type,source			Planner	Proposals capped by a constraint.
    dynamo_planner_reject_short_circuited_total	counter		plugin_id			Planner	Ticks that a plugin ended.
    dynamo_planner_tick_skipped_total	counter		plugin_id			Planner	Times a plugin was not due.
    dynamo_planner_tick_requires_unsatisfied_total	counter		plugin_id,missing_field			Planner	Times a plugin lacked a field that it needs.
    dynamo_planner_tick_lag_seconds	gauge	seconds	plugin_id			Planner	How late a plugin was asked.
    dynamo_planner_tick_duration_seconds	histogram	seconds		0.01,0.05,0.1,0.5,1,2,5,10,30		Planner	How long a tick takes.
    dynamo_planner_tick_timeout_total	counter					Planner	Ticks that took too long and were ended.
    trtllm_num_aborted_requests_total	counter	requests	model_name,disaggregation_mode,engine_type,worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,model?			TensorRT-LLM: what Dynamo adds	Requests that were ended early.
    trtllm_request_type_image_total	counter		model_name,disaggregation_mode,engine_type,worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,model?			TensorRT-LLM: what Dynamo adds	Requests with images.
    trtllm_request_type_structured_output_total	counter		model_name,disaggregation_mode,engine_type,worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,model?			TensorRT-LLM: what Dynamo adds	Requests with guided decoding.
    trtllm_kv_transfer_success_total	counter		model_name,disaggregation_mode,engine_type,worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,model?			TensorRT-LLM: what Dynamo adds	KV cache transfers that went well.
    trtllm_kv_transfer_latency_seconds	histogram	seconds	model_name,disaggregation_mode,engine_type,worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,model?	0.001,0.005,0.01,0.05,0.1,0.5,1,5,10		TensorRT-LLM: what Dynamo adds	How long a request's KV cache transfer takes.
    trtllm_kv_transfer_bytes	histogram	bytes	model_name,disaggregation_mode,engine_type,worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,model?	100000,500000,1000000,5000000,10000000,50000000,100000000,500000000,1000000000,5000000000		TensorRT-LLM: what Dynamo adds	Bytes of a request's KV cache transfer.
    trtllm_kv_transfer_speed_gb_s	histogram	gigabytes per second	model_name,disaggregation_mode,engine_type,worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,model?	0.1,0.5,1,5,10,50,100,500		TensorRT-LLM: what Dynamo adds	Speed of a request's KV cache transfer, in gigabytes per second.
    trtllm_kv_event_buffer_capacity	gauge		model_name,disaggregation_mode,engine_type,worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,model?			TensorRT-LLM: what Dynamo adds	KV events that are buffered before older ones are dropped.
    trtllm_kv_event_drain_batch_size	histogram		model_name,disaggregation_mode,engine_type,worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,model?	1,2,4,8,16,32,64,128,256,512,1024,2048,4096,8192,16384,32768,65536,131072		TensorRT-LLM: what Dynamo adds	KV events taken at a time.
    trtllm_kv_event_id_gap_events_total	counter		model_name,disaggregation_mode,engine_type,worker_id,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,model?			TensorRT-LLM: what Dynamo adds	KV events missing by their ids.
    dynmetrics_build_info	gauge		version,arch,worker_id			dynmetrics itself	The dynmetrics library that serves this page.
    dynmetrics_source_up	gauge		source,worker_id			dynmetrics itself	Whether the source answered this scrape.
    dynmetrics_source_seen	gauge		source,of,worker_id			dynmetrics itself	What the source brought to its filter.
    dynmetrics_source_filtered	gauge		source,of,worker_id			dynmetrics itself	What the source's filter let not pass, the last time.
    dynmetrics_source_renamed	gauge		source,of,worker_id			dynmetrics itself	What the source's filter let pass under another name.
    dynmetrics_source_series	gauge		source,worker_id			dynmetrics itself	Series that the source brought to this page.
    dynmetrics_source_duration_seconds	gauge	seconds	source,worker_id			dynmetrics itself	How long the source's last call took.
    dynmetrics_source_last_success_timestamp_seconds	gauge	seconds	source,worker_id			dynmetrics itself	When the source last brought something.
    dynmetrics_source_errors_total	counter		source,reason,worker_id			dynmetrics itself	Scrapes that a source brought nothing new to.
    dynmetrics_dropped_total	counter		source,reason,worker_id			dynmetrics itself	Lines, series, families and files that could not go on the page.
    dynmetrics_gil_hold_seconds_max	gauge	seconds	source,worker_id			dynmetrics itself	The longest that the source's callback held its interpreter's lock at a time.
    dynmetrics_gil_hold_seconds_total	counter	seconds	source,worker_id			dynmetrics itself	How long the source's callback held its interpreter's lock.
    dynmetrics_http_requests_total	counter	requests	code,worker_id			dynmetrics itself	HTTP responses by status code.
    dynmetrics_series	gauge		worker_id			dynmetrics itself	Series on this page, without those of dynmetrics itself.
    dynmetrics_old_name_series	gauge		old,new,worker_id			dynmetrics itself	Series on this page that stand under an old name too, as the configuration wants.
    dynmetrics_overflow_total	counter		family,worker_id			dynmetrics itself	Series that pages left out because their family had too many.
    dynmetrics_memory_bytes	gauge	bytes	worker_id			dynmetrics itself	Memory of cells and of the page's label texts.
    process_cpu_seconds_total	counter	seconds	worker_id?			The process	User and system CPU time spent.
    process_open_fds	gauge		worker_id?			The process	Open file descriptors.
    process_max_fds	gauge		worker_id?			The process	File descriptors that may be open.
    process_virtual_memory_bytes	gauge	bytes	worker_id?			The process	Virtual memory.
    process_resident_memory_bytes	gauge	bytes	worker_id?			The process	Resident memory.
    process_start_time_seconds	gauge	seconds	worker_id?			The process	When the process started, in seconds since 1970.
    vllm:admission_rejections_total	counter		model_name,reason,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:cache_config_info	gauge		engine,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,model_name?,pid?,priority?,dp_rank?,*			Engine: vLLM	
    vllm:e2e_request_latency_seconds	histogram	seconds	engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:engine_sleep_state	gauge		engine,model_name,sleep_state,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:estimated_flops_per_gpu_total	counter		engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:estimated_read_bytes_per_gpu_total	counter		engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:estimated_write_bytes_per_gpu_total	counter		engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:external_prefix_cache_hits_total	counter		engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:external_prefix_cache_queries_total	counter		engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:generation_tokens_total	counter	tokens	engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:inter_token_latency_seconds	histogram	seconds	engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:iteration_tokens_total	histogram	tokens	engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:kv_block_idle_before_evict_seconds	histogram	seconds	engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:kv_block_lifetime_seconds	histogram	seconds	engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:kv_block_reuse_gap_seconds	histogram	seconds	engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:kv_cache_usage_perc	gauge		engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:lora_requests_info	gauge		max_lora,running_lora_adapters,waiting_lora_adapters,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,model_name?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:mm_cache_hits_total	counter		engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:mm_cache_queries_total	counter		engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:nixl_bytes_transferred	histogram		engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:nixl_num_descriptors	histogram		engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:nixl_num_failed_notifications_total	counter		engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:nixl_num_failed_transfers_total	counter		engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:nixl_num_kv_expired_reqs_total	counter		engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:nixl_num_notifications_after_expiry_total	counter		engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:nixl_post_time_seconds	histogram	seconds	engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:nixl_xfer_time_seconds	histogram	seconds	engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:num_preemptions_total	counter		engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:num_requests_kv_fetch_by_stage	gauge		engine,model_name,stage,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:num_requests_running	gauge		engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:num_requests_waiting	gauge		engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:num_requests_waiting_by_reason	gauge		engine,model_name,reason,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:prefix_cache_hits_total	counter		engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:prefix_cache_queries_total	counter		engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:prompt_tokens_by_source_total	counter		engine,model_name,source,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:prompt_tokens_cached_by_source_total	counter		engine,model_name,source,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:prompt_tokens_cached_total	counter		engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:prompt_tokens_total	counter	tokens	engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:request_decode_time_seconds	histogram	seconds	engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:request_generation_tokens	histogram	tokens	engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:request_inference_time_seconds	histogram	seconds	engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:request_max_num_generation_tokens	histogram	tokens	engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:request_num_preemptions	histogram		engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:request_params_max_tokens	histogram	tokens	engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:request_params_n	histogram		engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:request_prefill_kv_computed_tokens	histogram	tokens	engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:request_prefill_time_seconds	histogram	seconds	engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:request_prompt_tokens	histogram	tokens	engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:request_queue_time_seconds	histogram	seconds	engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:request_success_total	counter		engine,finished_reason,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:request_time_per_output_token_seconds	histogram	seconds	engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:sleep_mode_operation_duration_seconds	histogram	seconds	operation,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,model_name?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:sleep_mode_operations_in_flight	gauge		operation,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,model_name?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:spec_decode_num_accepted_tokens_per_pos_total	counter		engine,model_name,position,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:spec_decode_num_accepted_tokens_total	counter	tokens	engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:spec_decode_num_draft_tokens_total	counter	tokens	engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:spec_decode_num_drafts_total	counter		engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:time_to_first_token_seconds	histogram	seconds	engine,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    vllm:tool_call_parser_invocations_total	counter		mode,model_name,outcome,request_type,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: vLLM	
    sglang:backup_bandwidth	histogram		dp_rank,pp_rank,storage_backend,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,model_name?,pid?,priority?			Engine: SGLang	
    sglang:backup_pgs	histogram		dp_rank,pp_rank,storage_backend,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,model_name?,pid?,priority?			Engine: SGLang	
    sglang:backuped_tokens_total	counter	tokens	dp_rank,pp_rank,storage_backend,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,model_name?,pid?,priority?			Engine: SGLang	
    sglang:cache_hit_rate	gauge	ratio	dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:cached_tokens_total	counter	tokens	cache_source,engine_type,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: SGLang	
    sglang:context_len	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:cuda_graph_passes_total	counter		dp_rank,engine_type,mode,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:decode_sum_seq_lens	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:dp_attention_pairs_total	counter		dp_rank,engine_type,kind,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:dp_attention_steps_total	counter		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,rank_state,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:dp_attention_sync_wait_seconds	histogram	seconds	dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:dp_attention_token_imbalance_ratio	histogram	ratio	dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:dp_attention_tokens_total	counter	tokens	dp_rank,engine_type,kind,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:dp_cooperation_forward_execution_seconds_total	counter	seconds	category,dp_rank,engine_type,model_name,moe_ep_rank,num_prefill_ranks,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:dp_cooperation_realtime_tokens_total	counter	tokens	dp_rank,engine_type,mode,model_name,moe_ep_rank,num_prefill_ranks,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:e2e_request_latency_seconds	histogram	seconds	engine_type,is_streaming,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: SGLang	
    sglang:eplb_balancedness	summary		dp_rank,engine_type,forward_mode,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:evicted_tokens_total	counter	tokens	cache_type,dp_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,model_name?,pid?,priority?			Engine: SGLang	
    sglang:eviction_duration_seconds	histogram	seconds	cache_type,dp_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,model_name?,pid?,priority?			Engine: SGLang	
    sglang:forward_execution_seconds_total	counter	seconds	category,dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:full_token_usage	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:func_latency_seconds	histogram	seconds	name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,model_name?,pid?,priority?,dp_rank?			Engine: SGLang	
    sglang:fwd_occupancy	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:gen_throughput	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:generation_tokens_histogram	histogram		engine_type,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: SGLang	
    sglang:generation_tokens_total	counter	tokens	engine_type,is_streaming,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: SGLang	
    sglang:graph_memory_usage_gb	gauge		dp_rank,engine_type,model_name,moe_ep_rank,phase,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:hicache_backup_bytes_total	counter	bytes	cache_type,dp_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,model_name?,pid?,priority?			Engine: SGLang	
    sglang:hicache_backup_duration_seconds	histogram	seconds	cache_type,dp_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,model_name?,pid?,priority?			Engine: SGLang	
    sglang:hicache_backup_tokens_total	counter	tokens	cache_type,dp_rank,pool,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,model_name?,pid?,priority?			Engine: SGLang	
    sglang:hicache_host_total_tokens	gauge	tokens	engine_type,model_name,moe_ep_rank,pp_rank,priority,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,dp_rank?			Engine: SGLang	
    sglang:hicache_host_used_tokens	gauge	tokens	engine_type,model_name,moe_ep_rank,pp_rank,priority,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,dp_rank?			Engine: SGLang	
    sglang:http_requests_active	gauge		endpoint,method,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,model_name?,pid?,priority?,dp_rank?			Engine: SGLang	
    sglang:http_requests_total	counter	requests	endpoint,method,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,model_name?,pid?,priority?,dp_rank?			Engine: SGLang	
    sglang:http_responses_total	counter		endpoint,method,status_code,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,model_name?,pid?,priority?,dp_rank?			Engine: SGLang	
    sglang:inter_token_latency_seconds	histogram	seconds	engine_type,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: SGLang	
    sglang:is_cuda_graph	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:kv_available_tokens	gauge	tokens	dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:kv_cache_memory_usage_gb	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:kv_evictable_tokens	gauge	tokens	dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:kv_transfer_latency_ms	histogram	milliseconds	dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:kv_transfer_speed_gb_s	histogram		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:kv_transfer_total_mb	histogram		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:kv_used_tokens	gauge	tokens	dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:load_back_duration_seconds	histogram	seconds	cache_type,dp_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,model_name?,pid?,priority?			Engine: SGLang	
    sglang:load_back_tokens_total	counter	tokens	cache_type,dp_rank,pool,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,model_name?,pid?,priority?			Engine: SGLang	
    sglang:lora_pool_slots_total	gauge		engine_type,model_name,moe_ep_rank,pp_rank,priority,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,dp_rank?			Engine: SGLang	
    sglang:lora_pool_slots_used	gauge		engine_type,model_name,moe_ep_rank,pp_rank,priority,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,dp_rank?			Engine: SGLang	
    sglang:lora_pool_utilization	gauge		engine_type,model_name,moe_ep_rank,pp_rank,priority,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,dp_rank?			Engine: SGLang	
    sglang:mamba_available_tokens	gauge	tokens	dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:mamba_evictable_tokens	gauge	tokens	dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:mamba_usage	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:mamba_used_tokens	gauge	tokens	dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:max_total_num_tokens	gauge	tokens	dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:new_token_ratio	gauge	ratio	dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:num_aborted_requests_total	counter	requests	engine_type,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: SGLang	
    sglang:num_decode_deferred_kv_release_reqs	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:num_decode_host_receive_queue_reqs	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:num_decode_prealloc_queue_reqs	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:num_decode_transfer_queue_reqs	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:num_grammar_queue_reqs	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:num_pages	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:num_paused_reqs	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pid,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?			Engine: SGLang	
    sglang:num_prefill_bootstrap_queue_reqs	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:num_prefill_inflight_queue_reqs	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:num_queue_reqs	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:num_requests_total	counter	requests	engine_type,is_streaming,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: SGLang	
    sglang:num_retracted_input_tokens_total	counter	tokens	dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:num_retracted_output_tokens_total	counter	tokens	dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:num_retracted_reqs	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pid,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?			Engine: SGLang	
    sglang:num_retracted_requests_total	counter	requests	dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:num_running_reqs	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:num_so_requests_total	counter	requests	engine_type,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: SGLang	
    sglang:num_unique_running_routing_keys	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:num_used_tokens	gauge	tokens	dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:page_size	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:pending_prealloc_token_usage	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:per_stage_req_latency_seconds	histogram	seconds	dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,stage,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:prealloc_full_token_usage	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:prealloc_swa_token_usage	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:prefetch_bandwidth	histogram		dp_rank,pp_rank,storage_backend,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,model_name?,pid?,priority?			Engine: SGLang	
    sglang:prefetch_pgs	histogram		dp_rank,pp_rank,storage_backend,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,model_name?,pid?,priority?			Engine: SGLang	
    sglang:prefetched_tokens_total	counter	tokens	dp_rank,pp_rank,storage_backend,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,model_name?,pid?,priority?			Engine: SGLang	
    sglang:prefill_effective_tokens_total	counter	tokens	dp_rank,engine_type,mode,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:process_cpu_seconds_total	counter	seconds	component,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,model_name?,pid?,priority?,dp_rank?			Engine: SGLang	
    sglang:prompt_tokens_histogram	histogram		engine_type,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: SGLang	
    sglang:prompt_tokens_total	counter	tokens	engine_type,is_streaming,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: SGLang	
    sglang:queue_time_seconds	histogram	seconds	dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:realtime_tokens_total	counter	tokens	dp_rank,engine_type,mode,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:request_time_per_output_token_seconds	histogram	seconds	engine_type,is_streaming,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: SGLang	
    sglang:routing_key_all_req_count	gauge		dp_rank,engine_type,gt,le,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:routing_key_running_req_count	gauge		dp_rank,engine_type,gt,le,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:routing_keys_active	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:scheduler_idle_seconds_total	counter	seconds	dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:scheduler_process_cpu_seconds_total	counter	seconds	dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:scheduler_stage_seconds_total	counter	seconds	category,dp_rank,engine_type,forward_overlap,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:spec_accept_length	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:spec_accept_rate	gauge	ratio	dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:spec_block_accept_length	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:spec_cap_length	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:spec_num_draft_tokens	gauge	tokens	dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:spec_num_steps	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:spec_verify_calls_total	counter		engine_type,model_name,priority,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,dp_rank?			Engine: SGLang	
    sglang:startup_available_gpu_memory_gb	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:startup_cuda_graph_time_seconds	gauge	seconds	engine_type,model_name,phase,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: SGLang	
    sglang:startup_latency_breakdown_seconds_max	gauge	seconds	context,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,model_name?,pid?,priority?,dp_rank?			Engine: SGLang	
    sglang:startup_time_seconds	gauge	seconds	engine_type,model_name,phase,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: SGLang	
    sglang:storage_prefetch_deferred_tokens_total	counter	tokens	dp_rank,pp_rank,reason,storage_backend,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,model_name?,pid?,priority?			Engine: SGLang	
    sglang:storage_prefetch_unfulfilled_tokens_total	counter	tokens	dp_rank,pp_rank,reason,storage_backend,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,model_name?,pid?,priority?			Engine: SGLang	
    sglang:swa_available_tokens	gauge	tokens	dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:swa_evictable_tokens	gauge	tokens	dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:swa_token_usage	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:swa_used_tokens	gauge	tokens	dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:time_to_first_token_seconds	histogram	seconds	engine_type,is_streaming,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: SGLang	
    sglang:token_usage	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:uncached_prompt_tokens_histogram	histogram		engine_type,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: SGLang	
    sglang:utilization	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:weight_load_duration_seconds	gauge	seconds	dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,source,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    sglang:weight_memory_usage_gb	gauge		dp_rank,engine_type,model_name,moe_ep_rank,pp_rank,tp_rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?			Engine: SGLang	
    trtllm_avg_decoded_tokens_per_iter	gauge		engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_cpu_memory_usage_bytes	gauge	bytes	engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_e2e_request_latency_seconds	histogram	seconds	engine_type,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_generation_perplexity	histogram		engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_generation_tokens_total	counter	tokens	engine_type,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_gpu_memory_usage_bytes	gauge	bytes	engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_iteration_latency_seconds	gauge	seconds	engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_kv_cache_config_info	gauge		cache_dtype,enable_block_reuse,engine_type,model_name,page_size,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_kv_cache_disk_prefetch_blocks_total	counter	blocks	engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_kv_cache_free_blocks	gauge	blocks	engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_kv_cache_gen_alloc_blocks_total	counter	blocks	engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_kv_cache_hit_rate	gauge	ratio	engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_kv_cache_host_utilization	gauge		engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_kv_cache_intra_device_copy_bytes_total	counter	bytes	engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_kv_cache_iter_full_reused_blocks_total	counter	blocks	engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_kv_cache_iter_missed_blocks_total	counter	blocks	engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_kv_cache_iter_partial_reused_blocks_total	counter	blocks	engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_kv_cache_iter_reuse_rate	gauge	ratio	engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_kv_cache_iter_reused_blocks_total	counter	blocks	engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_kv_cache_max_blocks	gauge	blocks	engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_kv_cache_missed_blocks_total	counter	blocks	engine_type,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_kv_cache_offload_bytes_total	counter	bytes	engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_kv_cache_onboard_bytes_total	counter	bytes	engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_kv_cache_reused_blocks_total	counter	blocks	engine_type,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_kv_cache_tokens_per_block	gauge		engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_kv_cache_used_blocks	gauge	blocks	engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_kv_cache_utilization	gauge		engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_max_batch_size_runtime	gauge		engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_max_batch_size_static	gauge		engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_max_num_active_requests	gauge	requests	engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_max_num_tokens_runtime	gauge		engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_model_config_info	gauge		dtype,engine_type,gpu_type,model,model_name,pid,quantization,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_num_context_requests	gauge	requests	engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_num_generation_requests	gauge	requests	engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_num_paused_requests	gauge	requests	engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_num_requests_completed_total	counter		engine_type,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_num_requests_running	gauge		engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_num_requests_waiting	gauge		engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_num_scheduled_requests	gauge	requests	engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_parallel_config_info	gauge		engine_type,gpus_per_node,model_name,pid,pipeline_parallel_size,tensor_parallel_size,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_pinned_memory_usage_bytes	gauge	bytes	engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_prefill_batch_occupancy	gauge		engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_prefill_batch_tokens	histogram	tokens	engine_type,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_prefill_perplexity	histogram		engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_prompt_cache_hit_tokens_total	counter	tokens	engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_prompt_cached_tokens_per_request	histogram		engine_type,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_prompt_cached_tokens_total	counter	tokens	engine_type,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_prompt_tokens_total	counter	tokens	engine_type,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_request_decode_time_seconds	histogram	seconds	engine_type,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_request_error_total	counter		engine_type,http_code,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_request_inference_time_seconds	histogram	seconds	engine_type,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_request_prefill_time_seconds	histogram	seconds	engine_type,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_request_queue_time_seconds	histogram	seconds	engine_type,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_request_success_total	counter		engine_type,finished_reason,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_scheduled_batch_size	gauge		engine_type,model_name,pid,rank,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_spec_decode_acceptance_length	gauge		engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_spec_decode_accepted_tokens_total	counter	tokens	engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_spec_decode_draft_overhead	gauge		engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_spec_decode_drafted_tokens_total	counter	tokens	engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_spec_decode_num_accepted_tokens_total	counter	tokens	engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_spec_decode_num_draft_tokens_total	counter	tokens	engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_time_per_output_token_seconds	histogram	seconds	engine_type,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_time_to_first_token_seconds	histogram	seconds	engine_type,model_name,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,pid?,priority?,dp_rank?			Engine: TensorRT-LLM	
    trtllm_total_context_tokens	gauge	tokens	engine_type,model_name,pid,dynamo_namespace?,dynamo_component?,dynamo_endpoint?,worker_id?,model?,priority?,dp_rank?			Engine: TensorRT-LLM	
    DCGM_FI_DEV_GPU_UTIL	gauge	percent	gpu,UUID?,device?,modelName?,Hostname?,pci_bus_id?,DCGM_FI_DRIVER_VERSION?,err_code?,err_msg?			GPU exporter (DCGM)	Part of the time the GPU was busy, in percent.
    DCGM_FI_DEV_MEM_COPY_UTIL	gauge	percent	gpu,UUID?,device?,modelName?,Hostname?,pci_bus_id?,DCGM_FI_DRIVER_VERSION?,err_code?,err_msg?			GPU exporter (DCGM)	Part of the time the memory was busy, in percent.
    DCGM_FI_DEV_ENC_UTIL	gauge	percent	gpu,UUID?,device?,modelName?,Hostname?,pci_bus_id?,DCGM_FI_DRIVER_VERSION?,err_code?,err_msg?			GPU exporter (DCGM)	Part of the time the encoder was busy, in percent.
    DCGM_FI_DEV_DEC_UTIL	gauge	percent	gpu,UUID?,device?,modelName?,Hostname?,pci_bus_id?,DCGM_FI_DRIVER_VERSION?,err_code?,err_msg?			GPU exporter (DCGM)	Part of the time the decoder was busy, in percent.
    DCGM_FI_DEV_FB_USED	gauge	mebibytes	gpu,UUID?,device?,modelName?,Hostname?,pci_bus_id?,DCGM_FI_DRIVER_VERSION?,err_code?,err_msg?			GPU exporter (DCGM)	Memory in use, in MiB.
    DCGM_FI_DEV_FB_FREE	gauge	mebibytes	gpu,UUID?,device?,modelName?,Hostname?,pci_bus_id?,DCGM_FI_DRIVER_VERSION?,err_code?,err_msg?			GPU exporter (DCGM)	Free memory, in MiB.
    DCGM_FI_DEV_FB_RESERVED	gauge	mebibytes	gpu,UUID?,device?,modelName?,Hostname?,pci_bus_id?,DCGM_FI_DRIVER_VERSION?,err_code?,err_msg?			GPU exporter (DCGM)	Memory kept by the driver, in MiB.
    DCGM_FI_DEV_GPU_TEMP	gauge	celsius	gpu,UUID?,device?,modelName?,Hostname?,pci_bus_id?,DCGM_FI_DRIVER_VERSION?,err_code?,err_msg?			GPU exporter (DCGM)	Temperature of the GPU.
    DCGM_FI_DEV_MEMORY_TEMP	gauge	celsius	gpu,UUID?,device?,modelName?,Hostname?,pci_bus_id?,DCGM_FI_DRIVER_VERSION?,err_code?,err_msg?			GPU exporter (DCGM)	Temperature of the memory.
    DCGM_FI_DEV_POWER_USAGE	gauge	watts	gpu,UUID?,device?,modelName?,Hostname?,pci_bus_id?,DCGM_FI_DRIVER_VERSION?,err_code?,err_msg?			GPU exporter (DCGM)	Power drawn.
    DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION	counter	millijoules	gpu,UUID?,device?,modelName?,Hostname?,pci_bus_id?,DCGM_FI_DRIVER_VERSION?,err_code?,err_msg?			GPU exporter (DCGM)	Energy drawn since the driver was loaded, in millijoules.
    DCGM_FI_DEV_SM_CLOCK	gauge	megahertz	gpu,UUID?,device?,modelName?,Hostname?,pci_bus_id?,DCGM_FI_DRIVER_VERSION?,err_code?,err_msg?			GPU exporter (DCGM)	Clock of the multiprocessors, in MHz.
    DCGM_FI_DEV_MEM_CLOCK	gauge	megahertz	gpu,UUID?,device?,modelName?,Hostname?,pci_bus_id?,DCGM_FI_DRIVER_VERSION?,err_code?,err_msg?			GPU exporter (DCGM)	Clock of the memory, in MHz.
    DCGM_FI_DEV_XID_ERRORS	gauge		gpu,UUID?,device?,modelName?,Hostname?,pci_bus_id?,DCGM_FI_DRIVER_VERSION?,err_code?,err_msg?			GPU exporter (DCGM)	The last XID error's number.
    DCGM_FI_DEV_PCIE_REPLAY_COUNTER	counter		gpu,UUID?,device?,modelName?,Hostname?,pci_bus_id?,DCGM_FI_DRIVER_VERSION?,err_code?,err_msg?			GPU exporter (DCGM)	PCIe packets sent again.
    DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL	counter		gpu,UUID?,device?,modelName?,Hostname?,pci_bus_id?,DCGM_FI_DRIVER_VERSION?,err_code?,err_msg?			GPU exporter (DCGM)	NVLink bandwidth counter of all lanes.
    DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS	counter		gpu,UUID?,device?,modelName?,Hostname?,pci_bus_id?,DCGM_FI_DRIVER_VERSION?,err_code?,err_msg?			GPU exporter (DCGM)	Memory rows replaced after uncorrectable errors.
    DCGM_FI_DEV_CORRECTABLE_REMAPPED_ROWS	counter		gpu,UUID?,device?,modelName?,Hostname?,pci_bus_id?,DCGM_FI_DRIVER_VERSION?,err_code?,err_msg?			GPU exporter (DCGM)	Memory rows replaced after correctable errors.
    DCGM_FI_DEV_ROW_REMAP_FAILURE	gauge		gpu,UUID?,device?,modelName?,Hostname?,pci_bus_id?,DCGM_FI_DRIVER_VERSION?,err_code?,err_msg?			GPU exporter (DCGM)	1 when rows could not be replaced.
    DCGM_FI_DEV_ECC_DBE_VOL_TOTAL	counter		gpu,UUID?,device?,modelName?,Hostname?,pci_bus_id?,DCGM_FI_DRIVER_VERSION?,err_code?,err_msg?			GPU exporter (DCGM)	Double-bit errors since the driver was loaded.
    DCGM_FI_DEV_ECC_SBE_VOL_TOTAL	counter		gpu,UUID?,device?,modelName?,Hostname?,pci_bus_id?,DCGM_FI_DRIVER_VERSION?,err_code?,err_msg?			GPU exporter (DCGM)	Single-bit errors since the driver was loaded.
    DCGM_FI_PROF_GR_ENGINE_ACTIVE	gauge	ratio	gpu,UUID?,device?,modelName?,Hostname?,pci_bus_id?,DCGM_FI_DRIVER_VERSION?,err_code?,err_msg?			GPU exporter (DCGM)	Part of the time the graphics engine was active, 0 to 1.
    DCGM_FI_PROF_SM_ACTIVE	gauge	ratio	gpu,UUID?,device?,modelName?,Hostname?,pci_bus_id?,DCGM_FI_DRIVER_VERSION?,err_code?,err_msg?			GPU exporter (DCGM)	Part of the time the multiprocessors had work, 0 to 1.
    DCGM_FI_PROF_PIPE_TENSOR_ACTIVE	gauge	ratio	gpu,UUID?,device?,modelName?,Hostname?,pci_bus_id?,DCGM_FI_DRIVER_VERSION?,err_code?,err_msg?			GPU exporter (DCGM)	Part of the time the tensor pipe was active, 0 to 1.
    DCGM_FI_PROF_DRAM_ACTIVE	gauge	ratio	gpu,UUID?,device?,modelName?,Hostname?,pci_bus_id?,DCGM_FI_DRIVER_VERSION?,err_code?,err_msg?			GPU exporter (DCGM)	Part of the time memory was read or written, 0 to 1.
    DCGM_FI_PROF_PCIE_TX_BYTES	gauge	bytes per second	gpu,UUID?,device?,modelName?,Hostname?,pci_bus_id?,DCGM_FI_DRIVER_VERSION?,err_code?,err_msg?			GPU exporter (DCGM)	Bytes sent over PCIe, per second.
    DCGM_FI_PROF_PCIE_RX_BYTES	gauge	bytes per second	gpu,UUID?,device?,modelName?,Hostname?,pci_bus_id?,DCGM_FI_DRIVER_VERSION?,err_code?,err_msg?			GPU exporter (DCGM)	Bytes received over PCIe, per second.
    DCGM_FI_PROF_NVLINK_TX_BYTES	gauge	bytes per second	gpu,UUID?,device?,modelName?,Hostname?,pci_bus_id?,DCGM_FI_DRIVER_VERSION?,err_code?,err_msg?			GPU exporter (DCGM)	Bytes sent over NVLink, per second.
    DCGM_FI_PROF_NVLINK_RX_BYTES	gauge	bytes per second	gpu,UUID?,device?,modelName?,Hostname?,pci_bus_id?,DCGM_FI_DRIVER_VERSION?,err_code?,err_msg?			GPU exporter (DCGM)	Bytes received over NVLink, per second.
    """
}
