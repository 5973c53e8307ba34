using Attention.Generator.Weights;

namespace Attention.Generator.Layouts;

/// <summary>The layouts by the members of the DSL.</summary>
internal static class LayoutCatalogue
{
    public static Layout Of(WeightLayout layout) => layout switch
    {
        WeightLayout.PyTorch => PyTorch.Layout,
        WeightLayout.Bart => Bart.Layout,
        WeightLayout.Bert => Bert.Layout,
        WeightLayout.Roberta => Roberta.Layout,
        WeightLayout.DistilBert => DistilBert.Layout,
        WeightLayout.Vit => Vit.Layout,
        WeightLayout.VitPyTorch => VitPyTorch.Layout,
        WeightLayout.Gpt2 => Gpt2.Layout,
        WeightLayout.Clip => Clip.Layout,
        WeightLayout.Longformer => Longformer.Layout,
        WeightLayout.Llama => Llama.Layout,
        WeightLayout.CrossVit => CrossVit.Layout,
        WeightLayout.GptJ => GptJ.Layout,
        WeightLayout.GptNeoX => GptNeoX.Layout,
        WeightLayout.Bloom => Bloom.Layout,
        WeightLayout.T5 => T5.Layout,
        WeightLayout.Gemma2 => Gemma2.Layout,
        WeightLayout.Phi => Phi.Layout,
        WeightLayout.Phi3 => Phi3.Layout,
        WeightLayout.Albert => Albert.Layout,
        WeightLayout.Deit => Deit.Layout,
        WeightLayout.ModernBert => ModernBert.Layout,
        WeightLayout.Electra => Electra.Layout,
        WeightLayout.DebertaV2 => DebertaV2.Layout,
        WeightLayout.Deberta => Deberta.Layout,
        _ => throw new InvalidOperationException("No layout for " + layout),
    };
}
