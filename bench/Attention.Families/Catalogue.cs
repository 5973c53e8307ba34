namespace Attention.Families;

/// <summary>The families of docs/models.md.</summary>
internal static class Catalogue
{
    public static Family[] All { get; } =
    [
        Bert.Family, XlmRoberta.Family, DistilBert.Family, Albert.Family, Electra.Family, ElectraGenerator.Family, DebertaV3.Family, MpNet.Family, Longformer.Family, BigBird.Family,
        ModernBert.Family, Nomic.Family, Qwen3Embedding.Family,
        Vit.Family, VitPyTorch.Family, Deit.Family, CrossVit.Family, Clip.Family,
        Gpt2.Family, Llama.Family, TinyLlama.Family, SmolLm.Family, Mistral.Family, Qwen2.Family, Qwen3.Family, Gemma.Family, Gemma2.Family, Gemma3.Family, Olmo2.Family,
        Phi2.Family, Phi3Mini.Family, GptJ.Family, Pythia.Family, Bloom.Family,
        T5Small.Family, FlanT5Small.Family, Mt5Small.Family, Bart.Family, MBart.Family, Marian.Family, M2M100.Family, Nllb.Family, Transformer.Family,
    ];
}
