#if NETSTANDARD2_0
namespace Attention.Generator;
#else
namespace Attention.Dsl;
#endif

/// <summary>
/// How the tensors of a checkpoint are named and shaped. Names that start with what a stage's <c>Prefix</c> says are
/// written with <c>…</c> here; <see cref="TensorAttribute"/> overrides single names.
/// </summary>
public enum WeightLayout
{
    /// <summary>
    /// PyTorch's <c>nn.Transformer</c>: <c>transformer.encoder.layers.0.self_attn.in_proj_weight</c> and so on,
    /// query, key and value stacked in one tensor, linear weights output × input. Prefixes:
    /// <c>transformer.encoder</c>, <c>transformer.decoder</c>.
    /// </summary>
    PyTorch,

    /// <summary>
    /// Hugging Face BART and Marian: <c>….layers.0.self_attn.q_proj.weight</c>, one table <c>model.shared.weight</c>,
    /// <c>final_logits_bias</c>. Prefixes: <c>model.encoder</c>, <c>model.decoder</c>. BART has learned positions with
    /// an offset of 2 and a norm behind the embedding; Marian has <see cref="PositionKind.SinusoidalHalves"/> and none.
    /// </summary>
    Bart,

    /// <summary>
    /// Hugging Face BERT and what shares its names, MiniLM among them: <c>….encoder.layer.0.attention.self.query.weight</c>,
    /// <c>….pooler.dense.weight</c>, <c>classifier.weight</c>. Prefix: <c>bert</c>; checkpoints of the bare encoder, such as
    /// those of sentence-transformers, have none (<c>Prefix = ""</c>).
    /// </summary>
    Bert,

    /// <summary>
    /// Hugging Face RoBERTa: the names of <see cref="Bert"/> with prefix <c>roberta</c>, and a head of
    /// <c>classifier.dense</c> and <c>classifier.out_proj</c>. Learned positions have an offset of 2.
    /// </summary>
    Roberta,

    /// <summary>
    /// Hugging Face DistilBERT: <c>….transformer.layer.0.attention.q_lin.weight</c>, a head of <c>pre_classifier</c> and
    /// <c>classifier</c>. Prefix: <c>distilbert</c>.
    /// </summary>
    DistilBert,

    /// <summary>
    /// Hugging Face ViT: <c>….encoder.layer.0.attention.attention.query.weight</c>, <c>….layernorm.weight</c>,
    /// <c>classifier.weight</c>, patches by a convolution's weights. Prefix: <c>vit</c>.
    /// </summary>
    Vit,

    /// <summary>
    /// The <c>vit-pytorch</c> package: <c>….layers.0.0.fn.to_qkv.weight</c>, query, key and value stacked, patches by a
    /// linear map with the channel last, <c>mlp_head.1.weight</c>. Prefix: <c>transformer</c>.
    /// </summary>
    VitPyTorch,

    /// <summary>
    /// Hugging Face GPT-2: <c>….h.0.attn.c_attn.weight</c>, query, key and value stacked, linear weights input × output.
    /// Prefix: <c>transformer</c>; the original files have none (<c>Prefix = ""</c>).
    /// </summary>
    Gpt2,

    /// <summary>
    /// Hugging Face CLIP: <c>….encoder.layers.0.self_attn.q_proj.weight</c>, <c>….pre_layrnorm.weight</c>, patches by a convolution's
    /// weights. Prefixes: <c>vision_model</c>; <c>text_model</c> for a decoder, and to be said for a text encoder. The projections have the
    /// names that a <see cref="LinearAttribute"/> gives them, <c>visual_projection</c> and <c>text_projection</c>.
    /// </summary>
    Clip,

    /// <summary>
    /// Hugging Face Longformer: the names of <see cref="Roberta"/> with prefix <c>longformer</c>, and those of the global rows' projections,
    /// <c>….attention.self.query_global.weight</c>. Its <c>attention_window</c> is twice our window. Learned positions have an offset of 2.
    /// </summary>
    Longformer,

    /// <summary>
    /// Hugging Face llama and what shares its names, such as Mistral and Qwen2: <c>….layers.0.self_attn.q_proj.weight</c>,
    /// <c>….layers.0.mlp.gate_proj.weight</c>, <c>lm_head.weight</c>. Prefix: <c>model</c>.
    /// </summary>
    Llama,

    /// <summary>
    /// CrossViT as its authors have it: <c>blocks.0.blocks.1.0.attn.qkv.weight</c>, <c>blocks.0.fusion.1.attn.wq.weight</c>, <c>pos_embed.1</c>.
    /// The prefix is the branch's number, <c>0</c> unless set, and stands within the names.
    /// </summary>
    CrossVit,

    /// <summary>
    /// Hugging Face GPT-J: <c>….h.0.attn.q_proj.weight</c>, <c>….h.0.mlp.fc_in.weight</c>, <c>lm_head.weight</c>. Prefix: <c>transformer</c>. Its sub-layers
    /// stand side by side (<see cref="ParallelKind.OneNorm"/>), its rotary pairs are neighbours.
    /// </summary>
    GptJ,

    /// <summary>
    /// Hugging Face GPT-NeoX and Pythia: <c>….layers.0.attention.query_key_value.weight</c>, in which queries, keys and values stand head by head
    /// (<see cref="TensorAttribute.ByHead"/>), <c>embed_out.weight</c>. Prefix: <c>gpt_neox</c>. Its sub-layers stand side by side
    /// (<see cref="ParallelKind.OwnNorms"/>) where its <c>use_parallel_residual</c> is true.
    /// </summary>
    GptNeoX,

    /// <summary>
    /// Hugging Face BLOOM: <c>….h.0.self_attention.query_key_value.weight</c>, head by head as in <see cref="GptNeoX"/>,
    /// <c>….word_embeddings_layernorm.weight</c> behind the embedding. Prefix: <c>transformer</c>; the original files have none (<c>Prefix = ""</c>).
    /// </summary>
    Bloom,

    /// <summary>
    /// Hugging Face T5, mT5 and flan-T5: <c>….block.0.layer.0.SelfAttention.q.weight</c>, a layer's norms and maps under the number of its sub-layer,
    /// the table of distances in block 0, one table <c>shared.weight</c>, <c>lm_head.weight</c> unless tied. Prefixes: <c>encoder</c>, <c>decoder</c>.
    /// </summary>
    T5,

    /// <summary>
    /// Hugging Face Gemma 2 and 3, and OLMo 2: the names of <see cref="Llama"/>, but <c>….pre_feedforward_layernorm.weight</c> before the feed-forward and
    /// <c>….post_attention_layernorm.weight</c>, <c>….post_feedforward_layernorm.weight</c> behind the sub-layers. Prefix: <c>model</c>. Gemma 1 has those of
    /// <see cref="Llama"/>.
    /// </summary>
    Gemma2,

    /// <summary>
    /// Hugging Face Phi-1, 1.5 and 2: <c>….layers.0.self_attn.dense.weight</c>, <c>….layers.0.mlp.fc1.weight</c>, one norm a layer, <c>….final_layernorm.weight</c>.
    /// Prefix: <c>model</c>. Its sub-layers stand side by side (<see cref="ParallelKind.OneNorm"/>).
    /// </summary>
    Phi,

    /// <summary>
    /// Hugging Face Phi-3 and 4: the names of <see cref="Llama"/>, but <c>….self_attn.qkv_proj.weight</c> and <c>….mlp.gate_up_proj.weight</c> in one tensor each. Prefix: <c>model</c>.
    /// </summary>
    Phi3,

    /// <summary>
    /// Hugging Face ALBERT: <c>….encoder.albert_layer_groups.0.albert_layers.0.attention.query.weight</c>, of which the first number is the group's
    /// (<see cref="StageAttribute.SharedGroups"/>), and <c>….embedding_hidden_mapping_in.weight</c>. Prefix: <c>albert</c>.
    /// </summary>
    Albert,

    /// <summary>
    /// Hugging Face DeiT: the names of <see cref="Vit"/> with prefix <c>deit</c>, <c>….embeddings.distillation_token</c>, and heads <c>cls_classifier</c>, which a file
    /// without the other calls <c>classifier</c>, and <c>distillation_classifier</c>, which a <see cref="HeadAttribute"/> has to say.
    /// </summary>
    Deit,

    /// <summary>
    /// Hugging Face ModernBERT: <c>….layers.0.attn.Wqkv.weight</c>, <c>….layers.0.mlp.Wi.weight</c>, the activated half first, <c>head.dense.weight</c>. Prefix:
    /// <c>model</c>; files of the bare encoder have none (<c>Prefix = ""</c>).
    /// </summary>
    ModernBert,

    /// <summary>
    /// Hugging Face ELECTRA: the names of <see cref="Bert"/> with prefix <c>electra</c>, <c>….embeddings_project.weight</c>, and for logits those of the generator,
    /// <c>generator_predictions.dense.weight</c>. The maps of the discriminator have the names that a <see cref="LinearAttribute"/> gives them.
    /// </summary>
    Electra,

    /// <summary>
    /// Hugging Face DeBERTa-v2 and v3: the names of <see cref="Bert"/>, but <c>….layer.0.attention.self.query_proj.weight</c>, <c>….encoder.rel_embeddings.weight</c> and
    /// <c>….encoder.LayerNorm.weight</c> of <see cref="DisentangledPositionsAttribute"/>, and a pooler outside of the prefix, <c>pooler.dense.weight</c>. Prefix: <c>deberta</c>.
    /// </summary>
    DebertaV2,

    /// <summary>
    /// Hugging Face DeBERTa, the first: the names of <see cref="DebertaV2"/>, but <c>….attention.self.in_proj.weight</c> with queries, keys and values head by head, whose biases are
    /// <c>….q_bias</c> and <c>….v_bias</c> (<c>KeyBias = false</c>), and <c>….pos_proj.weight</c>, <c>….pos_q_proj.weight</c> (<see cref="DisentangledPositionsAttribute.OwnProjections"/>).
    /// </summary>
    Deberta,
}
