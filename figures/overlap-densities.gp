set multiplot layout 1, panel_count margins 0.1, 0.985, 0.15, 0.88 spacing 0.045
set key font ',11' samplen 1.5
set xtics 0.5
file = tables.'overlap-densities.tsv'
set logscale y
set yrange [0.003:30000]
set xrange [0:2.5]
set xlabel 'overlap: |w·w*|, |⟨h,x₁⟩|'
set key top right
in(p, l, s, name) = column('panel') == p && column('layer') == l && strcol('series') eq s ? column(name) : NaN
positive(x) = x > 0 ? x : NaN
do for [p = 1:panel_count] {
  set title sprintf('N₁ = %g d (d = N₂ = %d, κ = %g)', value('ratio_'.p), dimension, ridge)
  if (p < panel_count) { unset key } else { set key top right }
  if (p > 1) { set format y '' }
  if (p == 1) { set ylabel 'neurons of a network a unit of overlap' offset 1.5 } else { unset ylabel }
  set arrow 1 from first_mode, graph 0 to first_mode, graph 1 nohead dt 3 lw 1 lc rgb blue
  set arrow 2 from second_mode, graph 0 to second_mode, graph 1 nohead dt 3 lw 1 lc rgb vermilion
  plot \
    file using (in(p, 1, 'prior', 'overlap')):(positive(in(p, 1, 'prior', 'neurons'))) with lines lw 1.5 lc rgb blue \
      title 'first layer, prior', \
    file using (in(p, 2, 'prior', 'overlap')):(positive(in(p, 2, 'prior', 'neurons'))) with lines lw 1.5 lc rgb vermilion \
      title 'second layer, prior', \
    file using (in(p, 1, 'sampled', 'overlap')):(positive(in(p, 1, 'sampled', 'neurons'))):'standard_error' \
      with yerrorbars pt 7 ps 0.5 lc rgb blue title 'first layer, sampled', \
    file using (in(p, 2, 'sampled', 'overlap')):(positive(in(p, 2, 'sampled', 'neurons'))):'standard_error' \
      with yerrorbars pt 9 ps 0.5 lc rgb vermilion title 'second layer, sampled'
}
unset multiplot
