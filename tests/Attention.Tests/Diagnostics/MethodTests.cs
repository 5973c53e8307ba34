using Xunit;

namespace Attention.Tests.Diagnostics;

/// <summary>Methods that attributes name.</summary>
public sealed class MethodTests
{
    [Theory]
    [InlineData("nameof(Sees)", "", "names 'Sees', but class 'Model' has no such method; add 'static bool Sees(int query, int key)' to it", "CS0103")]
    [InlineData("\"Sees\"", "", "names 'Sees', but class 'Model' has no such method; add 'static bool Sees(int query, int key)' to it")]
    [InlineData("\"\"", "", "Mask is empty in [SelfAttention] of stage 'Model'; expected the name of a method 'static bool Sees(int query, int key)'")]
    [InlineData("null", "", "Mask is null")]
    [InlineData("nameof(Sees)", "bool Sees(int query, int key) => true;", "names 'Sees', which is 'Sees(int, int)'; expected 'static bool Sees(int query, int key)'")]
    [InlineData("nameof(Sees)", "static int Sees(int query, int key) => 1;", "names 'Sees', which is 'static int Sees(int, int)'")]
    [InlineData("nameof(Sees)", "static bool Sees(int query, long key) => true;", "names 'Sees', which is 'static bool Sees(int, long)'")]
    [InlineData("nameof(Sees)", "static bool Sees(int query, ref int key) => true;", "which is 'static bool Sees(int, ref int)'")]
    [InlineData("nameof(Sees)", "static bool Sees<T>(int query, int key) => true;", "which is 'Sees`1(int, int)'")]
    [InlineData("nameof(Sees)", "static bool Sees => true;", "which is 'Sees'")]
    public Task OfAnotherForm(string name, string method, string message, string errors = "") => Analysis.ExpectSource(
        $"using Attention.Dsl; [AttentionModel, Encoder(1, 8), Embedding(9, 5), SelfAttention(2, {{|ATTN017:Mask = {name}|}})] public sealed partial class Model {{ {method} }}",
        "", [message], errors.Length == 0 ? [] : [errors]);

    [Theory]
    [InlineData("", "names 'Slope', but class 'Model' has no such method; add 'static float Slope(int head, int distance)' or 'static float Slope(int head, int query, int key)' to it")]
    [InlineData("static double Slope(int head, int distance) => 1;", "names 'Slope', which is 'static double Slope(int, int)'; expected 'static float Slope(int head, int distance)' or 'static float Slope(int head, int query, int key)'")]
    public Task OfABiasOfAnotherForm(string method, string message) => Analysis.ExpectSource(
        $"using Attention.Dsl; [AttentionModel, Encoder(1, 8), Embedding(9, 5), SelfAttention(2, {{|ATTN017:ScoreBias = \"Slope\"|}})] public sealed partial class Model {{ {method} }}", "", [message], []);

    [Theory]
    [InlineData("Mask = \"Sees\", Window = 1, {|ATTN016:Global = 2|}", "Global and Mask are both given in [SelfAttention] of stage 'Model'")]
    [InlineData("Mask = \"Sees\", Causal = true, Window = 1, {|ATTN016:Prefix = 2|}", "Prefix and Window are both given in [SelfAttention] of stage 'Model', which has a Mask besides")]
    public Task BesideWhatItCouldSay(string arguments, string message) => Analysis.ExpectSource(
        $"using Attention.Dsl; [AttentionModel, Encoder(1, 8), Embedding(9, 5), SelfAttention(2, {arguments})] public sealed partial class Model {{ private static bool Sees(int query, int key) => true; }}", "", [message], []);

    [Theory]
    [InlineData("{|ATTN017:Blocks = \"No\"|}", "Blocks in [BigBirdAttention] of stage 'Model' names 'No', but class 'Model' has no such method; add 'static int No(int layer, int blocks, int head, int row, int place)' to it")]
    [InlineData("{|ATTN017:Blocks = \"Few\"|}", "names 'Few', which is 'static int Few(int)'")]
    [InlineData("RandomIsFirst = true, {|ATTN016:Blocks = nameof(Some)|}", "Blocks is given in [BigBirdAttention] of stage 'Model', whose random blocks are the first; remove it, or RandomIsFirst")]
    [InlineData("Random = 0, {|ATTN016:Blocks = nameof(Some)|}", "which has no random blocks; remove it, or say Random")]
    [InlineData("Blocks = nameof(Some), {|ATTN016:Seed = 3|}", "Seed is given in [BigBirdAttention] of stage 'Model', which draws no blocks")]
    [InlineData("Blocks = nameof(Some), CountOnce = true", null)]
    public Task OfBlocks(string arguments, string? message) => Analysis.ExpectSource(
        $"using Attention.Dsl; [AttentionModel, Encoder(1, 8), Embedding(9, 5), BigBirdAttention(2, 1, {arguments})] public sealed partial class Model {{ static int Some(int layer, int blocks, int head, int row, int place) => 0; static int Few(int place) => 0; }}",
        "", message is null ? [] : [message], []);

    [Fact]
    public Task OfTheRightForm() => Analysis.ExpectSource(
        """
        using Attention.Dsl;
        [AttentionModel]
        public sealed partial class Model
        {
            [Encoder(1, 8, Prefix = "a"), Embedding(9, 5), SelfAttention(2, Mask = nameof(Sees), ScoreBias = nameof(Slope))]
            public sealed partial class A
            {
                private static float Slope(int head, int distance) => distance;

                private static float Slope(int head, int query, int key) => key;

                private static bool Sees(int query, int key) => key != query;

                private static bool Sees(int query) => true;
            }

            [Decoder(1, 8), Embedding(9, 5), SelfAttention(2, Mask = nameof(A.ToString) + "2")]
            public sealed partial class B
            {
                internal static bool ToString2(int q, int k) => q % 2 == k % 2;
            }
        }
        """, "", [], []);
}
