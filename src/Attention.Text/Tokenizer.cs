namespace Attention.Text;
